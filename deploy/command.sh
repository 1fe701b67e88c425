#!/bin/sh
# `dropin ...` for root: a command of Drop-in as its own user, with this box's settings.
set -eu
set -a
# shellcheck disable=SC1091 # is on the box
. /etc/drop-in/environment
set +a
[ "$(id -u)" = 0 ] || {
    echo "dropin: run me as root." >&2
    exit 1
}
umask 077
exec runuser -u dropin -- /opt/drop-in/current/.venv/bin/dropin "$@"
