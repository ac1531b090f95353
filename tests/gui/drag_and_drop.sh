#!/bin/sh
# The main job with a real pointer: drag the chip "meters" onto "beta", review, name production, run, wait for the end,
# then ask the simulated Azure where every device is. Usage: drag_and_drop.sh FOLDER_OF_THE_PROGRAMS [FOLDER_FOR_PICTURES]
set -eu
bin=$(cd "$1" && pwd)
pictures=${2:-}

if [ -z "${DROVER_INSIDE_XVFB:-}" ]; then
    for tool in xvfb-run openbox xdotool curl; do
        command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
    done
    DROVER_INSIDE_XVFB=1 exec xvfb-run -a -s "-screen 0 1366x900x24" "$0" "$@"
fi

# Short, and not below the system's own, so that no socket's path gets too long.
work=$(mktemp -d /tmp/drover-drag-XXXXXX)
screen=$work/screen.json
export TMPDIR="$work" XDG_RUNTIME_DIR="$work/runtime" XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" LC_ALL=C.UTF-8
unset DBUS_SESSION_BUS_ADDRESS QT_QPA_PLATFORM
mkdir -m 700 "$XDG_RUNTIME_DIR"
openbox >/dev/null 2>&1 &
manager=$!
"$bin/drover" --demo=small --size 1280x720 --theme "${DROVER_THEME:-light}" --automation "$screen" 2>"$work/errors" &
console=$!
trap 'kill $console $manager 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT

give_up() {
    echo "failed: $1"
    cat "$work/errors"
    shot failed
    exit 1
}

shot() {
    [ -z "$pictures" ] || import -window root "$pictures/$1.png"
}

# One line of the screen's description.
widget() {
    grep -F "\"name\":\"$1\"" "$screen" 2>/dev/null | head -n 1
}

# Waits until a widget is there (and its line matches the second argument).
until_seen() {
    tries=0
    until widget "$1" | grep -q "${2:-.}"; do
        tries=$((tries + 1))
        [ "$tries" -lt "${3:-150}" ] || give_up "\"$1\" did not come (${2:-any})"
        kill -0 "$console" 2>/dev/null || give_up "the console ended"
        sleep 0.2
    done
}

# "X Y" of a widget's middle.
middle() {
    widget "$1" | sed 's/.*"rect":\[\([-0-9]*\),\([-0-9]*\),\([0-9]*\),\([0-9]*\)\].*/\1 \2 \3 \4/' | {
        read -r x y w h
        echo "$((x + w / 2)) $((y + h / 2))"
    }
}

click() {
    until_seen "$1" '"enabled":true'
    xdotool mousemove $(middle "$1") click 1
}

drag() {
    set -- $(middle "$1") $(middle "$2")
    xdotool mousemove "$1" "$2" mousedown 1
    step=1
    while [ "$step" -le 12 ]; do
        xdotool mousemove "$(($1 + ($3 - $1) * step / 12))" "$(($2 + ($4 - $2) * step / 12))"
        sleep 0.05
        step=$((step + 1))
    done
    sleep 0.4
    shot dragging
    xdotool mouseup 1
}

type_into() {
    click "$1"
    xdotool type --delay 15 "$2"
}

until_seen chip:meters
until_seen card:beta
# The description is up to half a second old: the board must have settled.
sleep 1.2
shot board
click unlock
sleep 1.2
drag chip:meters card:beta
until_seen review '"enabled":true'
sleep 0.8
shot tray
click review
until_seen reviewDialog
sleep 0.8
shot review
type_into reason "a real pointer moved it"
for name in $(grep -o '"name":"productionName:[^"]*"' "$screen" | sed 's/.*://; s/"//'); do
    type_into "productionName:$name" "$name"
done
click run
until_seen population
sleep 2
shot running
until_seen verified '"text":"2,000"' 600
sleep 1.5
shot ended

endpoints=$(ls "$work"/drover-azure-*/endpoints.json)
address=$(sed -n 's/.*"redirect": *"\([^"]*\)".*/\1/p' "$endpoints")
authority=$(dirname "$endpoints")/$(sed -n 's/.*"caFile": *"\([^"]*\)".*/\1/p' "$endpoints")
truth=$(curl -sS --fail --cacert "$authority" --connect-to "simulator:443:$address" https://simulator/_sim/truth)
echo "$truth" | tr -d ' \n' >"$work/truth"
grep -q '"placement":{"one":2600,"two":0,"none":0}' "$work/truth" || give_up "not every device is on exactly one hub: $truth"
grep -q '"stamp":"beta","identities":2000,"connected":2000' "$work/truth" || give_up "2,000 devices are not on beta: $truth"
grep -q '"stamp":"alpha","identities":500,' "$work/truth" || give_up "alpha does not hold its 500 valves: $truth"
! grep -q '"rejected":[1-9]' "$work/truth" || give_up "a request went over quota: $truth"

started=$(date +%s)
kill -TERM "$console"
wait "$console" || give_up "the console did not end well"
[ $(($(date +%s) - started)) -le 3 ] || give_up "closing took longer than three seconds"
echo "2,000 devices dragged, run and verified"
