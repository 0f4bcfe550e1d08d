# shellcheck shell=bash
# shellcheck source=bin/lib/common.sh disable=SC2154
# A TURN relay beside the server, with a secret made for this run. Sourced, never run.

# start_turn: coturn on port 3478 or the next one that is free, told to Sotto by SOTTO_TURN_URLS and SOTTO_TURN_SECRET; ends with us.
# Where it does not start it says why and is false.
start_turn() {
    local secret folder port=3478 own
    while ss -Hltun "sport = :$port" 2>/dev/null | grep -q .; do port=$((port + 1)); done
    own=$(own_address)
    secret=$(openssl rand -hex 32)
    folder=$(mktemp -d "${TMPDIR:-/tmp}/sotto-turn.XXXXXX")
    temporary+=("$folder")
    # In a file only we can read: a secret on a command line is anyone's.
    (umask 077 && cat >"$folder/turnserver.conf") <<CONF
listening-port=$port
use-auth-secret
static-auth-secret=$secret
realm=sotto
fingerprint
no-cli
no-tls
no-dtls
no-multicast-peers
no-software-attribute
no-rfc5780
stale-nonce=600
$(private_peers "$own")
$([[ $own != 127.* ]] || printf '%s\n' listening-ip="$own" relay-ip="$own" allow-loopback-peers)
total-quota=200
user-quota=12
max-bps=2000000
pidfile=$folder/turnserver.pid
log-file=$folder/turnserver.log
simple-log
CONF
    in_group turnserver -c "$folder/turnserver.conf" >/dev/null 2>&1
    until grep -qs 'SQLite DB connection success\|admin thread' "$folder/turnserver.log"; do
        kill -0 "$group" 2>/dev/null || {
            say "coturn did not start:" "$(tail -5 "$folder/turnserver.log" 2>/dev/null)" >&2
            return 1
        }
        sleep 0.1
    done
    SOTTO_TURN_URLS="turn:$own:$port"
    export SOTTO_TURN_SECRET=$secret SOTTO_TURN_URLS
    say "A TURN relay runs on port $port; for other machines, open it and UDP 49152–65535 in your firewall."
}

# private_peers ADDRESS: a relay is no door into the network around it. Nothing is passed on to addresses that the world does not reach, but
# to the relay's own, where the other side's relayed address is.
private_peers() {
    local range
    say "allowed-peer-ip=$1"
    for range in 0.0.0.0-0.255.255.255 10.0.0.0-10.255.255.255 100.64.0.0-100.127.255.255 127.0.0.0-127.255.255.255 \
        169.254.0.0-169.254.255.255 172.16.0.0-172.31.255.255 192.0.0.0-192.0.0.255 192.168.0.0-192.168.255.255 198.18.0.0-198.19.255.255 \
        240.0.0.0-255.255.255.255 ::-::ffff:ffff:ffff fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff; do
        say "denied-peer-ip=$range"
    done
}

# own_address: the address other machines on this network reach us by; its inner one where there is no network.
own_address() { hostname -I 2>/dev/null | awk '{ own = $1 } END { print own ? own : "127.0.0.1" }'; }
