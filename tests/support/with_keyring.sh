#!/bin/sh
# Runs a command with an unlocked keyring of its own, on a bus and in a home of its own: the person's are not touched.
set -eu
command -v dbus-run-session >/dev/null && command -v gnome-keyring-daemon >/dev/null || { echo "skipped: dbus or gnome-keyring is not installed"; exit 77; }
home=$(mktemp -d /tmp/drover-keyring-XXXXXX)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run"
env -u DBUS_SESSION_BUS_ADDRESS HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache" XDG_RUNTIME_DIR="$home/run" \
    XDG_CURRENT_DESKTOP=GNOME DROVER_TEST_KEYRING=1 QT_QPA_PLATFORM=offscreen \
    dbus-run-session -- sh -c 'printf %s password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && "$@"' sh "$@"
