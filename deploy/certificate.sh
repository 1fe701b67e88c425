#!/bin/sh
# Copies the box's own root certificate to where you say, and prints its fingerprint to check it by.
set -eu
root=${DROPIN_ROOT_CERTIFICATE:-/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt}
if [ $# -gt 1 ] || [ "${1:-}" = "--help" ]; then
    echo "usage: certificate.sh [FILE.crt]" >&2
    exit 2
fi
if ! [ -r "$root" ]; then
    echo "There is no root certificate yet at $root: start caddy first, and read it as root." >&2
    exit 1
fi
[ $# = 0 ] || install -m 644 "$root" "$1"
openssl x509 -in "$root" -noout -subject -enddate -fingerprint -sha256
