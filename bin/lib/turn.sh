# shellcheck shell=bash
# shellcheck source=bin/lib/common.sh disable=SC2154
# A TURN relay beside the server, with a secret made for this run. Sourced, never run.

# start_turn: coturn on port 3478, told to Sotto by SOTTO_TURN_URLS and SOTTO_TURN_SECRET; ends with us.
start_turn() {
    need_packages coturn
    local secret folder
    secret=$(openssl rand -hex 32)
    folder=$(mktemp -d "${TMPDIR:-/tmp}/sotto-turn.XXXXXX")
    temporary+=("$folder")
    # In a file only we can read: a secret on a command line is anyone's.
    (umask 077 && cat >"$folder/turnserver.conf") <<CONF
listening-port=3478
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
total-quota=200
user-quota=12
max-bps=2000000
pidfile=$folder/turnserver.pid
log-file=$folder/turnserver.log
simple-log
CONF
    in_group turnserver -c "$folder/turnserver.conf" >/dev/null 2>&1
    until grep -qs 'SQLite DB connection success\|admin thread' "$folder/turnserver.log"; do
        kill -0 "$group" 2>/dev/null || stop "coturn did not start:" "$(tail -5 "$folder/turnserver.log" 2>/dev/null)"
        sleep 0.1
    done
    SOTTO_TURN_URLS="turn:$(own_address):3478"
    export SOTTO_TURN_SECRET=$secret SOTTO_TURN_URLS
    say "A TURN relay runs on port 3478; open it and UDP 49152–65535 in your firewall."
}

# own_address: the address other machines on this network reach us by.
own_address() { { hostname -I 2>/dev/null || say 127.0.0.1; } | awk '{ print $1 }'; }
