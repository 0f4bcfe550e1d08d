# shellcheck shell=bash
# What every command in bin/ shares. Sourced, never run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*"; }

# stop MESSAGE…: one line a message, then the end.
stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# elapsed SECONDS: the way a person says it.
elapsed() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# No command leaves a process or a temporary folder behind.
groups=() group='' temporary=()
end_groups() {
    local group
    for group in "${groups[@]}"; do
        kill -TERM -- "-$group" 2>/dev/null || true
    done
    groups=()
}
clean_up() {
    end_groups
    ((${#temporary[@]} == 0)) || rm -rf "${temporary[@]}"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# in_group COMMAND…: starts it in a process group of its own; its id is in $group.
in_group() {
    set -m
    "$@" &
    group=$!
    set +m
    groups+=("$group")
}

# with_progress LABEL LOG COMMAND…: runs the command with its output in LOG and shows how far it is.
# On a terminal one line is kept up to date; elsewhere a line appears every quarter of a minute.
with_progress() {
    local label=$1 log=$2 code=0 shown=0
    shift 2
    mkdir -p "$(dirname "$log")"
    SECONDS=0
    in_group "$@" >"$log" 2>&1 </dev/null
    while kill -0 "$group" 2>/dev/null; do
        if [[ -t 1 ]]; then
            printf '\r\033[K%s' "$(progress_line "$label" "$log")"
        elif ((SECONDS >= shown + 15)); then
            shown=$SECONDS
            progress_line "$label" "$log"
        fi
        sleep 0.2
    done
    wait "$group" || code=$?
    groups=("${groups[@]/$group/}")
    [[ -t 1 ]] && printf '\r\033[K'
    return "$code"
}

# The last step the command counted ("[412/890]"), or else what it said last.
progress_line() {
    local said
    said=$(tail -c 4096 "$2" | tr '\r' '\n' | sed -E 's/\x1b\[[0-9;]*[A-Za-z]//g; /^[[:space:]]*$/d' | tail -1 | cut -c1-70 || true)
    [[ $said =~ ^\[[0-9]+/[0-9]+\] ]] && said=${BASH_REMATCH[0]}
    printf '%s  %s  %s\n' "$1" "$(elapsed $SECONDS)" "$said"
}
