#!/bin/sh
# kill -9 of the console at 25 moments of runs, each followed by a start that resumes: the end must be that of runs nobody
# disturbed. Usage: console_kills.sh FOLDER_OF_THE_PROGRAMS [KILLS] [SEED]
set -eu
bin=$(cd "$1" && pwd)
kills=${2:-25}
seed=${3:-1}
command -v curl >/dev/null || { echo "skipped: curl is not installed"; exit 77; }

work=$(mktemp -d /tmp/drover-kills-XXXXXX)
export XDG_RUNTIME_DIR="$work/runtime" XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen
mkdir -m 700 "$XDG_RUNTIME_DIR"
endpoints=$work/azure.json
journal=$work/journal.sqlite
"$bin/drover-azure" --scenario small --speed 30 --endpoints "$endpoints" >"$work/azure.log" 2>&1 &
azure=$!
console=
trap 'kill -9 $console 2>/dev/null || :; kill $azure 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT

give_up() {
    echo "failed: $1"
    cat "$work/errors" 2>/dev/null || :
    exit 1
}

ctl() {
    command=$1
    shift
    "$bin/droverctl" "$command" --endpoints "$endpoints" --journal "$journal" "$@"
}

# The same seed gives the same moments: a small congruential generator, milliseconds between 300 and 3,299.
next_moment() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    ms=$((300 + seed / 65536 % 3000))
}

phase() {
    ctl runs --json | grep -F "\"$run\"" | sed 's/.*"phase":"\([^"]*\)".*/\1/'
}

# A run is begun by droverctl, which is killed as soon as the run is on record: all the rest is the console's.
begin() {
    ctl plan --set group:meters --to "$1" -o "$work/plan.json" >/dev/null || give_up "the plan to $1 is blocked"
    : >"$work/run"
    ctl run "$work/plan.json" --yes --reason "console kills" >"$work/run" 2>"$work/errors" &
    starter=$!
    tries=0
    until [ -s "$work/run" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 150 ] || give_up "no run was begun"
        sleep 0.1
    done
    kill -9 "$starter"
    wait "$starter" 2>/dev/null || :
    run=$(head -n 1 "$work/run" | grep -o '[^ ]*$')
    runs=$((runs + 1))
}

resume() {
    "$bin/drover" --endpoints "$endpoints" --journal "$journal" --resume "$run" 2>>"$work/errors" &
    console=$!
}

finish() {
    resume
    tries=0
    until [ "$(phase)" = finished ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || give_up "the run does not finish: $(phase)"
        kill -0 "$console" 2>/dev/null || give_up "the console ended by itself"
        sleep 0.5
    done
    kill -TERM "$console"
    wait "$console" || give_up "the console did not end well"
}

until [ -s "$endpoints" ]; do sleep 0.1; done
runs=0
done=0
target=beta
begin "$target"
while [ "$done" -lt "$kills" ]; do
    resume
    next_moment
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
    kill -9 "$console"
    wait "$console" 2>/dev/null || :
    done=$((done + 1))
    echo "kill $done after $ms ms: $(phase)"
    if [ "$(phase)" = finished ]; then
        [ "$target" = beta ] && target=alpha || target=beta
        begin "$target"
    fi
done
finish

address=$(sed -n 's/.*"redirect": *"\([^"]*\)".*/\1/p' "$endpoints")
truth=$(curl -sS --fail --cacert "$work/azure-ca.pem" "https://$address/_sim/truth" | tr -d ' \n')
echo "$truth" | grep -q '"placement":{"one":2600,"two":0,"none":0}' || give_up "not every device is on exactly one hub: $truth"
[ "$target" = beta ] && held=2000 || held=0
echo "$truth" | grep -q "\"stamp\":\"beta\",\"identities\":$held," || give_up "beta should hold $held devices: $truth"
# A fresh process cannot know what its predecessor spent: buckets start empty, so more than a stray refusal (at this speed
# 50 ms of a busy machine are a second and a half of the window) would mean that a budget is not kept.
! echo "$truth" | grep -q '"rejected":[1-9][0-9]' || give_up "quotas were not kept: $truth"
# One write a run, never a second one and never one against a record that was not read.
echo "$truth" | grep -q "\"route\":\"PUT/enrollmentGroups/{id}\",\"status\":200,\"count\":$runs}" || give_up "the group was not written exactly $runs times: $truth"
! echo "$truth" | grep -q '"route":"PUT/enrollmentGroups/{id}","status":4' || give_up "a write was repeated unread: $truth"
echo "$done kills in $runs runs: every device arrived once"
