# shellcheck shell=bash
# shellcheck disable=SC2034
# Brings a Debian machine to where Sotto builds, and asks for nothing that is already there. Sourced, never run.

build_packages=(
    libsqlite3-dev libpq-dev libnats-dev libsodium-dev libcurl4-openssl-dev zlib1g-dev libgd-dev libssl-dev
    pkg-config openssl ca-certificates git binutils libc6-dev libncurses6 libxml2 tzdata
)
test_packages=(
    postgresql nats-server coturn chromium firefox-esr fonts-inter fonts-noto-core fonts-noto-color-emoji
    xvfb xauth iproute2 libsrtp2-dev python3 python3-venv golang-go golang-github-pion-webrtc.v3-dev
)

# need_packages PACKAGE…: installs what is missing; quick when nothing is.
need_packages() {
    local missing
    command -v dpkg-query >/dev/null || stop \
        "Sotto's set-up knows Debian and its relatives. On this system install the counterparts of these packages yourself:" "  $*"
    missing=$(comm -23 <(printf '%s\n' "$@" | sort) \
        <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
    [[ -z $missing ]] || install_packages $missing
}

install_packages() {
    local as_root=() command="apt-get install --no-install-recommends $*"
    if ((EUID != 0)); then
        command -v sudo >/dev/null || stop "These Debian packages are missing. As root, run:" "  $command"
        say "Debian packages are missing: $*"
        sudo -v || stop "Installing them needs root. Run:" "  sudo $command"
        as_root=(sudo)
    fi
    with_progress "Reading Debian's package lists" .build/logs/apt.log "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 update ||
        stop "apt-get update failed:" "$(tail -5 .build/logs/apt.log)"
    keep_services_still "${as_root[@]}"
    with_progress "Installing $# Debian packages" .build/logs/apt.log "${as_root[@]}" \
        env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$@" ||
        stop "Installing failed:" "$(tail -15 .build/logs/apt.log)" "Run it by hand to see more:" "  $command"
    let_services_be "${as_root[@]}"
    say "Installed $# Debian packages."
}

# Debian starts a server as soon as it is installed. Sotto runs its own, in folders of its own, so those stay off.
policy=/usr/sbin/policy-rc.d
keep_services_still() {
    placed_policy=
    [[ -e $policy ]] && return
    printf '#!/bin/sh\nexit 101\n' | "$@" tee $policy >/dev/null
    "$@" chmod 755 $policy
    placed_policy=yes
}
let_services_be() { [[ -z $placed_policy ]] || "$@" rm -f $policy; }

# need_swift: puts a Swift ≥ 6.2 on PATH, or says how to get one.
need_swift() {
    local candidate
    for candidate in "$(command -v swiftc || true)" "$HOME"/.local/share/swiftly/bin/swiftc \
        /usr/local/*/usr/bin/swiftc /opt/*/usr/bin/swiftc "$HOME"/swift*/usr/bin/swiftc /usr/libexec/swift/bin/swiftc; do
        if [[ -x $candidate ]] && swift_is_new_enough "$candidate"; then
            PATH="$(dirname "$candidate"):$PATH"
            return
        fi
    done
    stop "Sotto is written in Swift and needs its compiler, version 6.2 or newer; none was found on this machine." \
        "  1. Open https://www.swift.org/install/linux and choose your system (Debian 12 or Ubuntu)." \
        "  2. Take the shown command of Swiftly, Swift's installer; or unpack the downloaded archive:" \
        "       tar xzf swift-6.*.tar.gz -C /usr/local" \
        "  3. Run this command again. /usr/local/swift-…, /opt/… and Swiftly's own folder are found without changing PATH."
}

swift_is_new_enough() {
    local major minor
    IFS=. read -r major minor < <("$1" --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1.\2/p' | head -1) || return 1
    ((major > 6 || (major == 6 && minor >= 2)))
}

# Swift links with the C++ library of Debian's own compiler, whose package carries a version in its name.
cxx_package() {
    local VERSION_ID='' ID=''
    # shellcheck source=/dev/null
    [[ -r /etc/os-release ]] && . /etc/os-release
    if [[ $ID == debian && $VERSION_ID == 12 ]]; then say libstdc++-12-dev; else say g++; fi
}

need_build_tools() {
    need_packages "${build_packages[@]}" "$(cxx_package)"
    need_swift
}

# need_python: the test tools of Tests/requirements.txt in .venv, made again when that file changes.
need_python() {
    local stamp=.venv/requirements.txt python=/usr/bin/python3
    cmp -s Tests/requirements.txt $stamp && return
    need_packages python3 python3-venv
    rm -rf .venv
    with_progress "Installing the test tools" .build/logs/venv.log bash -c "$python -m venv .venv &&
        .venv/bin/pip install --disable-pip-version-check -r Tests/requirements.txt" ||
        stop "The Python test tools could not be installed:" "$(tail -15 .build/logs/venv.log)"
    cp Tests/requirements.txt $stamp
}

# build LABEL ARGUMENT…: swift build with progress; on failure the compiler's own words.
build() {
    local label=$1 log=.build/logs/build.log
    shift
    with_progress "$label" $log swift build "$@" && return
    grep -E '(error|warning: unre)' $log | sort -u | head -40 >&2 || true
    tail -5 $log >&2
    stop "The build failed; all of its output is in $log."
}
