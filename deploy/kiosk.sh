#!/bin/bash
# The touchscreen's browser, once its door answers. Run by dropin-kiosk.service. Started again when it ends, and when it
# shows anything but the kiosk: its page tells the door each second that it is seen, and the door is asked here.
set -eu
port=${DROPIN_KIOSK_PORT:-8000}
profile=${RUNTIME_DIRECTORY:?is set by the unit}
here=$(cd "$(dirname "$0")" && pwd)
start_seconds=60 # so long a browser may take until it shows its first page

# What the door says: "shown" or "not shown", and "screen reader" if staff want one. Nothing while it does not answer.
door_says() {
    (
        exec 3<> "/dev/tcp/127.0.0.1/$port"
        printf 'GET /shown HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$port" >&3
        timeout 3 tail -n 1 <&3
    ) 2> /dev/null || true
}

# A keyboard that has no Ctrl, Alt or F1: keyboard.xkb says which keys there are. Every other key becomes Scroll Lock, which
# does nothing; a key without any meaning would get the browser's own.
make_keyboard() {
    mkdir -p "$profile/xkb/symbols" "$profile/xkb/rules"
    {
        sed '/^};/d' "$here/keyboard.xkb"
        awk -F'[<>]' '
            FNR == NR { if (/^ *key </) ours[$2] = 1; next }
            /^[ \t]*<[^>]+>[ \t]*= [0-9]+;/ && !($2 in ours) && $2 !~ /^(A[B-E][0-9][0-9]|TLDE|BKSL|LSGT)$/ {
                print "    key <" $2 "> { [ Scroll_Lock ] };"
            }' "$here/keyboard.xkb" /usr/share/X11/xkb/keycodes/evdev
        echo '};'
    } > "$profile/xkb/symbols/kiosk"
    printf '! model = %s\n  * = %s\n' keycodes evdev types complete compat complete > "$profile/xkb/rules/kiosk"
    printf '! model layout = symbols\n  * * = kiosk\n' >> "$profile/xkb/rules/kiosk"
}

# --incognito and no back-forward cache: the next pupil finds nothing of the last (P10). The policy file says the rest.
start_browser() {
    until rm -rf "$profile/browser" 2> /dev/null; do # the last browser may still be writing
        sleep 0.2
    done
    set -- chromium \
        --ozone-platform=wayland \
        --user-data-dir="$profile/browser" \
        --kiosk --incognito --disable-back-forward-cache \
        --no-first-run --noerrdialogs --disable-session-crashed-bubble --disable-infobars \
        --disable-background-networking --disable-component-update --disable-sync --disable-breakpad --no-pings \
        --disable-pinch --overscroll-history-navigation=0 --password-store=basic \
        --autoplay-policy=no-user-gesture-required \
        "http://127.0.0.1:$port/"
    if [ "$reader" = yes ] && command -v orca > /dev/null; then
        # shellcheck disable=SC2016 # the inner shell's own words
        set -- dbus-run-session -- sh -c 'orca & exec "$@"' sh "$@" --force-renderer-accessibility
    fi
    cage -d -- "$@" &
    browser=$!
}

# Returns when the browser has ended, shows something else, or staff have switched the screen reader on or off.
watch_browser() {
    local missed=0 most=$start_seconds said wants
    while sleep 1 && kill -0 "$browser" 2> /dev/null; do
        said=$(door_says)
        wants=no
        case $said in *"screen reader"*) wants=yes ;; esac
        case $said in
            "not shown"*) missed=$((missed + 1)) ;;
            shown*) missed=0 most=2 ;;
            *) missed=0 wants=$reader ;; # the door does not answer, or has trouble of its own: no browser mends that
        esac
        [ $missed -lt $most ] && [ $wants = "$reader" ] || return 0
    done
}

end_browser() {
    kill "$browser" 2> /dev/null || true
    (sleep 2 && kill -9 "$browser" 2> /dev/null) &
    wait "$browser" 2> /dev/null || true
}

export HOME="$profile" XDG_CONFIG_HOME="$profile" XDG_CACHE_HOME="$profile" XKB_DEFAULT_RULES=kiosk
browser="" reader=no
trap '[ -z "$browser" ] || kill "$browser" 2> /dev/null; exit 0' TERM INT
make_keyboard
while :; do
    until said=$(door_says) && [ -n "$said" ]; do
        sleep 1
    done
    case $said in *"screen reader"*) reader=yes ;; *) reader=no ;; esac
    start_browser
    watch_browser
    end_browser
done
