#!/bin/bash
# The touchscreen's browser, once its door answers. Run by dropin-kiosk.service, which restarts it when it ends.
set -eu
port=${DROPIN_KIOSK_PORT:-8000}
profile=${RUNTIME_DIRECTORY:?is set by the unit}

until (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
    sleep 1
done

# --incognito and no back-forward cache: the next pupil finds nothing of the last (P10). The policy file says the rest.
export HOME="$profile" XDG_CONFIG_HOME="$profile" XDG_CACHE_HOME="$profile"
exec /usr/bin/cage -d -- /usr/bin/chromium \
    --ozone-platform=wayland \
    --user-data-dir="$profile/browser" \
    --kiosk --incognito --disable-back-forward-cache \
    --no-first-run --noerrdialogs --disable-session-crashed-bubble --disable-infobars \
    --disable-background-networking --disable-component-update --disable-sync --disable-breakpad --no-pings \
    --disable-pinch --overscroll-history-navigation=0 --password-store=basic \
    --autoplay-policy=no-user-gesture-required \
    "http://127.0.0.1:$port/"
