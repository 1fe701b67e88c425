#!/bin/sh
# Puts Drop-in on a bare Debian 12 box, as root, from a checkout. Safe to run again: an update is the same command from a
# newer checkout. Needs Debian's packages, and PyPI unless a wheelhouse is given; nothing else, and nothing afterwards.
set -eu
usage() {
    cat >&2 << 'END'
usage: deploy/install.sh [--name NAME]... [--wheelhouse FOLDER] [--no-kiosk] [--screen-reader] [--files-only]
  --name NAME          a name by which laptops and hallway screens reach the box; may be given again (its own host name)
  --wheelhouse FOLDER  what deploy/wheelhouse.sh gathered, for a box without internet
  --no-kiosk           no touchscreen on this box: no browser, no Cage
  --screen-reader      also what reads the touchscreen's pages aloud, once staff switch it on on *The box*
  --files-only         only put the files of /etc in place, under $DESTDIR if that is set
END
}
fail() {
    echo "install.sh: $1" >&2
    exit 1
}

names="" wheelhouse="" kiosk=yes screen_reader=no files_only=no
while [ $# -gt 0 ]; do
    case $1 in
        --name) names="${names:+$names, }${2:?--name wants a name}" && shift ;;
        --wheelhouse) wheelhouse=$(cd "${2:?--wheelhouse wants a folder}" && pwd) && shift ;;
        --no-kiosk) kiosk=no ;;
        --screen-reader) screen_reader=yes ;;
        --files-only) files_only=yes ;;
        --help | -h) usage && exit 0 ;;
        *) usage && exit 2 ;;
    esac
    shift
done
case $names in *[!A-Za-z0-9.:,\ -]*) fail "a name has letters, digits, dots and hyphens only: $names" ;; esac
here=$(cd "$(dirname "$0")/.." && pwd)
root=${DESTDIR:-}

put() { install -D -m "${3:-644}" "$here/deploy/$1" "$root$2"; }

put_files() {
    put dropin.service /etc/systemd/system/dropin.service
    put dropin-limits.service /etc/systemd/system/dropin-limits.service
    put caddy.conf /etc/systemd/system/caddy.service.d/drop-in.conf
    put journald.conf /etc/systemd/journald@dropin.conf
    put Caddyfile /etc/drop-in/Caddyfile
    if [ $kiosk = yes ]; then
        put dropin-kiosk.service /etc/systemd/system/dropin-kiosk.service
        put chromium-policy.json /etc/chromium/policies/managed/drop-in.json
    fi
    put command.sh /usr/local/bin/dropin 755
    # What the school may have changed stays as it is.
    [ -e "$root/etc/drop-in/limits.nft" ] || put limits.nft /etc/drop-in/limits.nft
    settings=$root/etc/drop-in/environment
    if ! [ -e "$settings" ]; then
        put environment /etc/drop-in/environment
        sed -i "s/@NAMES@/${names:-$(hostname)}/" "$settings"
    elif [ -n "$names" ]; then
        sed -i "s/^DROPIN_ADMIN_NAMES=.*/DROPIN_ADMIN_NAMES=\"$names\"/" "$settings"
    fi
}

install_packages() {
    missing=""
    wanted="age caddy libzbar0 nftables openssl python3-venv"
    [ $kiosk = no ] || wanted="$wanted cage chromium libatomic1 xwayland" # without Xwayland Cage does not start
    [ $screen_reader = no ] || wanted="$wanted at-spi2-core dbus orca speech-dispatcher-espeak-ng"
    for package in $wanted; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "Installing Debian's$missing"
    apt-get update -qq || [ -n "$wheelhouse" ] || fail "Debian's packages cannot be reached."
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

make_users() {
    id -u dropin > /dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/drop-in --shell /usr/sbin/nologin dropin
    install -d -m 700 -o dropin -g dropin /var/lib/drop-in
    [ $kiosk = no ] || id -u dropin-kiosk > /dev/null 2>&1 ||
        useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin dropin-kiosk
}

# Each release in a folder of its own beside the last one, so that an update that fails has changed nothing.
install_release() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    if [ -z "$wheelhouse" ]; then
        wheelhouse=$work/wheelhouse
        "$here/deploy/wheelhouse.sh" "$wheelhouse"
    fi
    set -- "$wheelhouse"/drop_in-*.whl
    [ -e "$1" ] || fail "there is no wheel of Drop-in in $wheelhouse: deploy/wheelhouse.sh makes it."
    release=$(unzipped_sum "$1")
    if ! [ -e "/opt/drop-in/$release/whole" ]; then
        rm -rf "/opt/drop-in/$release"
        mkdir -p "/opt/drop-in/$release"
        python3 -m venv "/opt/drop-in/$release/.venv"
        python="/opt/drop-in/$release/.venv/bin/python"
        "$python" -m pip install -q --disable-pip-version-check --no-index --find-links "$wheelhouse" \
            --require-hashes -r "$wheelhouse/requirements.lock"
        "$python" -m pip install -q --disable-pip-version-check --no-index --no-deps "$1"
        cp -r "$here/deploy" "$here/docs" "/opt/drop-in/$release/"
        touch "/opt/drop-in/$release/whole"
    fi
    ln -sfn "$release" /opt/drop-in/current
    for old in /opt/drop-in/*/; do
        old=$(basename "$old")
        case $old in current | "$release") ;; *) rm -rf "/opt/drop-in/${old:?}" ;; esac
    done
}

# Of what the release is made of, in the same order every time; a wheel itself may hold the time it was made.
unzipped_sum() {
    python3 - "$1" "$here/deploy" "$wheelhouse/requirements.lock" << 'END'
import hashlib, pathlib, sys, zipfile
total = hashlib.sha256()
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in sorted(wheel.namelist()):
        total.update(name.encode() + hashlib.sha256(wheel.read(name)).digest())
for path in sorted([*pathlib.Path(sys.argv[2]).iterdir(), pathlib.Path(sys.argv[3])]):
    total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
print(total.hexdigest()[:12])
END
}

start() {
    if ! [ -d /run/systemd/system ]; then
        echo "systemd does not run here: nothing was started."
        return
    fi
    units="dropin-limits dropin caddy"
    [ $kiosk = no ] || units="$units dropin-kiosk"
    systemctl daemon-reload
    # shellcheck disable=SC2086 # a list of names
    systemctl enable -q $units && systemctl restart $units
}

if [ $files_only = yes ]; then
    put_files
    exit 0
fi
[ "$(id -u)" = 0 ] || fail "run me as root."
grep -qx 'VERSION_ID="12"' /etc/os-release || fail "this box is not Debian 12."
install_packages
make_users
install_release
put_files
start
cat << END
Drop-in is installed. As root:
  The first set-up:    dropin init --school "..." --lead "Ms ..." --email ...
  Staff and boards:    https://$(sed -n 's/^DROPIN_ADMIN_NAMES="\([^",]*\).*/\1/p' /etc/drop-in/environment)/
  Its certificate:     /opt/drop-in/current/deploy/certificate.sh drop-in.crt
END
