#!/bin/sh
# A fleet that Drover takes for a real one (its names mean this machine in a namespace of the test) whose clock is two hours
# ahead of ours: one sentence says so, nothing is written. Usage: wrong_clock.sh FOLDER_OF_THE_PROGRAMS
set -eu
bin=$(cd "$1" && pwd)
. "$(dirname "$0")/../support/namespace.sh"
enter_namespace "curl python3" "$0" "$bin"

work=$(mktemp -d /tmp/drover-clock-XXXXXX)
server=
trap 'kill $server 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT
start_azure "$bin/drover-azure" "$work"
# The same fleet, without the word that it is on this machine.
hosts=$(python3 - "$work" <<'END'
import json, sys
work = sys.argv[1]
told = json.load(open(work + '/azure.json'))
hosts = [told['dps']['serviceHost'], told['arm']['host']] + [hub['host'] for hub in told['hubs']]
print(' '.join(hosts))
for member in ('redirect', 'speed', 'simulator'):
    told.pop(member, None)
json.dump(told, open(work + '/real.json', 'w'))
END
)
# shellcheck disable=SC2086
names_mean_this_machine "$work" $hosts
ctl() {
    "$bin/droverctl" "$@" --endpoints "$work/real.json" --journal "$work/journal.sqlite"
}
ctl plan --set group:meters --to beta -o "$work/move.plan" >"$work/out" 2>&1 || { echo "with the right clock it should do"; cat "$work/out"; exit 1; }
curl -sS --fail --cacert "$work/azure-ca.pem" -X POST -H "Content-Type: application/json" -d '{"advance":7200}' https://127.0.0.1/_sim/clock >/dev/null
refused() {
    wanted=$1
    shift
    code=0
    ctl "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" -eq "$wanted" ] || { echo "$1: exit code $code, not $wanted"; cat "$work/out"; exit 1; }
    grep -q "clock is 2 hours slow" "$work/out" || { echo "$1 does not say it:"; cat "$work/out"; exit 1; }
}
refused 3 plan --set group:meters --to gamma -o "$work/other.plan"
refused 3 check "$work/move.plan"
refused 3 run "$work/move.plan" --yes
curl -sS --fail --cacert "$work/azure-ca.pem" https://127.0.0.1/_sim/truth >"$work/truth"
! grep -q '"PUT/enrollment' "$work/truth" || { echo "something was written"; exit 1; }
echo "said that this computer's clock is 2 hours slow, and wrote nothing"
