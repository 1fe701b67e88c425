#!/bin/sh
# Brings a bare Debian 12 checkout to where every make target can run: a .venv of its own, filled from the pinned
# lock, and the few system packages that are missing. Quick when nothing is to be done.
set -eu
python=${1:-python3}
venv=.venv

install_packages() {
    if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
    echo "Installing system packages: $*" >&2
    $as_root apt-get update -qq >&2
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# libzbar0 is the reader's second opinion; Chromium shows the kiosk, and the tests drive it, with and without its windows,
# by way of libatomic1;
# Caddy stands before the staff pages on the school's network; age opens a sealed record without us. Cage and Xwayland show
# the touchscreen's browser, here on the display that Xvfb pretends, with the keys that xdotool presses.
missing=""
for package in age cage caddy chromium chromium-headless-shell libatomic1 libzbar0 xdotool xvfb xwayland; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
"$python" -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
# shellcheck disable=SC2086 # a list of names
[ -z "$missing" ] || install_packages $missing

want=$(cat requirements-dev.lock pyproject.toml deploy/setup.sh | sha256sum)
if [ "$(cat $venv/installed 2>/dev/null)" != "$want" ]; then
    echo "Setting up $venv" >&2
    [ -x $venv/bin/python ] || "$python" -m venv $venv
    $venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock >&2
    $venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . >&2
    echo "$want" > $venv/installed
fi
