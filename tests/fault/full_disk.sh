#!/bin/sh
# The disk of the journal is full in the middle of a run (a small file system in a namespace of the test): the run pauses and
# says so; with room again it is resumed and ends as if nothing had been. Usage: full_disk.sh FOLDER_OF_THE_PROGRAMS
set -eu
bin=$(cd "$1" && pwd)
. "$(dirname "$0")/../support/namespace.sh"
enter_namespace "curl mount" "$0" "$bin"

work=$(mktemp -d /tmp/drover-full-XXXXXX)
azure=
run=
trap 'kill $azure $run 2>/dev/null || :; wait 2>/dev/null || :; umount "$work/disk" 2>/dev/null || :; rm -rf "$work"' EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=16m tmpfs "$work/disk" 2>/dev/null || skip "no file system can be mounted here"
"$bin/drover-azure" --scenario small --speed 60 --endpoints "$work/azure.json" >"$work/azure.log" 2>&1 &
azure=$!
give_up() {
    echo "failed: $1"
    cat "$work/out"
    exit 1
}
# until_told WORDS FILE
until_told() {
    tries=0
    until grep -qs "$1" "$2"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || give_up "nobody said: $1"
        sleep 0.05
    done
}
ctl() {
    "$bin/droverctl" "$@" --endpoints "$work/azure.json" --journal "$work/disk/journal.sqlite"
}
: >"$work/out"
until_told "listening on" "$work/azure.log"
ctl plan --set group:meters --to beta -o "$work/move.plan" >"$work/out" 2>&1 || give_up "it cannot be planned"
ctl run "$work/move.plan" --yes >"$work/out" 2>&1 &
run=$!
until_told "Gate 1 passed" "$work/out"
# As many bytes as there are, then as many as still fit.
dd if=/dev/zero of="$work/disk/filler" bs=64k 2>/dev/null || :
dd if=/dev/zero of="$work/disk/crumbs" bs=512 2>/dev/null || :
code=0
wait "$run" || code=$?
[ "$code" -eq 5 ] || give_up "a full disk should pause the run: exit code $code"
grep -q "does not fit on the disk. Make room there, then resume" "$work/out" || give_up "it does not say why it paused"
id=$(sed -n 's/^run //p' "$work/out" | head -n 1)
code=0
ctl resume "$id" >"$work/out" 2>&1 || code=$?
[ "$code" -ne 0 ] || give_up "it cannot have gone on without room"
rm "$work/disk/filler" "$work/disk/crumbs"
ctl resume "$id" >"$work/out" 2>&1 || give_up "with room again it should go on"
grep -q "verified  *2,000" "$work/out" || give_up "not every device is verified"
address=$(sed -n 's/.*"redirect": *"\([^"]*\)".*/\1/p' "$work/azure.json")
truth=$(curl -sS --fail --cacert "$work/azure-ca.pem" "https://$address/_sim/truth" | tr -d ' \n')
echo "$truth" | grep -q '"placement":{"one":2600,"two":0,"none":0}' || give_up "not every device is on exactly one hub: $truth"
echo "$truth" | grep -q '"stamp":"beta","identities":2000,' || give_up "beta should hold 2000 devices: $truth"
echo "$truth" | grep -q '"route":"PUT/enrollmentGroups/{id}","status":200,"count":1}' || give_up "the group was not written once: $truth"
echo "a full disk paused the run; with room it went on and every device arrived once"
