#!/bin/sh
# Takes Drop-in off the box, as root. What the programme remembers stays, unless --and-data says that it shall go too.
set -eu
data=keep
case ${1:-} in
    "") ;;
    --and-data) data=remove ;;
    *) echo "usage: deploy/uninstall.sh [--and-data]" >&2 && exit 2 ;;
esac
root=${DESTDIR:-}
if [ -z "$root" ]; then
    [ "$(id -u)" = 0 ] || {
        echo "uninstall.sh: run me as root." >&2
        exit 1
    }
    if [ -d /run/systemd/system ]; then
        systemctl disable -q --now dropin-kiosk dropin caddy dropin-limits 2> /dev/null || true
    fi
fi

for file in dropin.service dropin-kiosk.service dropin-limits.service caddy.service.d/drop-in.conf; do
    rm -f "$root/etc/systemd/system/$file"
done
rmdir "$root/etc/systemd/system/caddy.service.d" 2> /dev/null || true
rm -f "$root/etc/systemd/journald@dropin.conf" "$root/etc/chromium/policies/managed/drop-in.json"
rm -f "$root/usr/local/bin/dropin"
rm -rf "$root/etc/drop-in" "$root/opt/drop-in"
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl stop systemd-journald@dropin.service systemd-journald@dropin.socket 2> /dev/null || true
fi

if [ $data = remove ]; then
    # The root certificate's key too: no box must ever be able to stand in for this one.
    rm -rf "$root/var/lib/drop-in" "$root/var/lib/caddy/.local/share/caddy"
    [ -n "$root" ] || userdel dropin 2> /dev/null || true
    [ -n "$root" ] || userdel dropin-kiosk 2> /dev/null || true
    echo "Drop-in and all it remembered are gone. Take its root certificate off the laptops that trust it."
else
    echo "Drop-in is gone; what it remembered is still in /var/lib/drop-in. Caddy's root certificate stays too."
fi
echo "Debian's packages stay: caddy, cage, chromium, nftables, age, libzbar0. apt remove takes them off."
