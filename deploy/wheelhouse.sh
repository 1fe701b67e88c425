#!/bin/sh
# Gathers everything Python that a box needs into one folder: run it where there is internet, on the same kind of
# machine (Debian 12, same processor), carry the folder over, and give it to install.sh. Pinned, each with its hash.
set -eu
cd "$(dirname "$0")/.."
if [ $# != 1 ] || [ "$1" = "--help" ]; then
    echo "usage: deploy/wheelhouse.sh FOLDER" >&2
    exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The few that build our own wheel, as the lock of the whole workshop pins them.
awk '/^[a-z]/ { keep = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ } keep' requirements-dev.lock \
    > "$work/build.lock"

python3 -m venv "$work/venv"
pip() { "$work/venv/bin/python" -m pip "$@" --disable-pip-version-check -q; }
pip install --require-hashes -r "$work/build.lock"
rm -f "$folder"/drop_in-*.whl
pip wheel --no-deps --no-build-isolation -w "$folder" .
pip download --require-hashes --only-binary :all: -r requirements.lock -d "$folder"
cp requirements.lock "$folder/"
echo "$(find "$folder" -name '*.whl' | wc -l) wheels are in $folder"
