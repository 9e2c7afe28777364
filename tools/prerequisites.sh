#!/bin/sh
# Brings what the whole suite needs beside Python, where it may; says in one line each what is missing.
# What Debian would start at once is not started: nothing listens afterwards that did not before.
set -eu

WANTED="postgresql prometheus prometheus-alertmanager chromium-headless-shell strace"
POLICY=/usr/sbin/policy-rc.d # Debian asks it before it starts a service (invoke-rc.d(8))

is_here() {
    case $1 in
        postgresql) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 ;;
        chromium-headless-shell) [ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ] ;;
        strace) command -v strace >/dev/null 2>&1 ;;
        *) [ -x "/usr/bin/$1" ] ;;
    esac
}

missing() {
    for package in $WANTED; do
        is_here "$package" || printf '%s ' "$package"
    done
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

install_quietly() {
    if [ ! -e "$POLICY" ]; then
        trap 'rm -f "$POLICY"' EXIT
        trap 'exit 1' HUP INT TERM
        printf '#!/bin/sh\nexit 101\n' >"$POLICY"
        chmod 755 "$POLICY"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

keep_silent() { # neither now, where a policy of the machine's own let it start, nor at the next boot
    for service in "$@"; do
        case $service in postgresql | prometheus | prometheus-alertmanager) ;; *) continue ;; esac
        if [ -d /run/systemd/system ]; then
            systemctl --quiet disable --now "$service" || true
        else
            service "$service" stop >/dev/null 2>&1 || true
        fi
    done
}

new=$(missing)
if [ -n "$new" ] && may_install; then
    # shellcheck disable=SC2086 # several words are meant
    install_quietly $new || echo "apt-get could not bring all of: $new" >&2
    # shellcheck disable=SC2086 # as above
    keep_silent $new
fi
for package in $(missing); do
    if [ "$package" = chromium-headless-shell ] && [ -x /usr/bin/chromium ]; then continue; fi # slower, and as good
    echo "$package is missing, its tests are skipped: apt-get install --no-install-recommends $package"
done
