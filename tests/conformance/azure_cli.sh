#!/bin/sh
# Debian's unmodified azure-cli signs in and reads the management plane of a local Azure. It knows hosts by name and port 443
# only, so both run where those names mean this machine: in a network and mount namespace that ends with the test.
# Usage: azure_cli.sh DROVER_AZURE
set -eu
azure=$1
. "$(dirname "$0")/../support/namespace.sh"
enter_namespace "az curl python3" "$0" "$azure"

work=$(mktemp -d /tmp/drover-az-XXXXXX)
server=
trap 'kill $server 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT
names_mean_this_machine "$work" management.azure.com login.microsoftonline.com
start_azure "$azure" "$work"

export AZURE_CONFIG_DIR="$work/config" REQUESTS_CA_BUNDLE="$work/azure-ca.pem" AZURE_CORE_COLLECT_TELEMETRY=no HOME="$work"
told() {
    python3 -c "import json, sys; print(json.load(open('$work/azure.json'))['entra'][sys.argv[1]])" "$1"
}
expect() {
    wanted=$1
    shift
    answer=$(az "$@" 2>"$work/errors" | tr '\n\t' '  ' | sed 's/ *$//') || :
    [ "$answer" = "$wanted" ] || { echo "az $*"; echo "wanted: $wanted"; echo "got:    $answer"; cat "$work/errors"; exit 1; }
}

expect "" login --service-principal -u "$(told clientId)" -p "not the secret" --tenant "$(told tenantId)" -o none
grep -q AADSTS7000215 "$work/errors" || { echo "a wrong secret was not refused"; cat "$work/errors"; exit 1; }
expect "" login --service-principal -u "$(told clientId)" -p "$(told clientSecret)" --tenant "$(told tenantId)" -o none
expect "drover-small-lab drover-small-alpha drover-small-beta drover-small-gamma" iot hub list --query "[].name" -o tsv
expect "S1 2 production" iot hub show -n drover-small-alpha --query "[sku.name, sku.capacity, tags.\"stamp-ring\"]" -o tsv
expect "drover-small-dps" iot dps list --query "[].name" -o tsv
expect "4" iot dps linked-hub list --dps-name drover-small-dps -g drover-small --query "length(@)" -o tsv
expect "Hashed" iot dps show -n drover-small-dps -g drover-small --query properties.allocationPolicy -o tsv
expect "" iot hub show -n no-such-hub
grep -q "no-such-hub\|not found" "$work/errors" || { echo "an unknown hub was not refused"; cat "$work/errors"; exit 1; }
# As long as it keeps no account, az asks under which other names it might be kept.
expect "" logout --username nobody@drover.example
# A person, whose code is approved by itself within 30 seconds.
expect "" login --use-device-code --tenant "$(told tenantId)" -o none
expect "operator@drover.example" account show --query user.name -o tsv
expect "drover-small-dps" iot dps list --query "[].name" -o tsv
# Routes of the contract that no npm client calls, since each knows this authority by heart.
curl -sS --cacert "$work/azure-ca.pem" --resolve simulator:443:127.0.0.1 https://simulator/_sim/log >"$work/calls"
for route in "GET /{tenant}/discovery/instance" "GET /{tenant}/v2.0/.well-known/openid-configuration"; do
    grep -F "\"route\":\"$route\"" "$work/calls" | grep -q '"status":200' || { echo "az never called $route"; cat "$work/calls"; exit 1; }
done
echo "azure-cli asked the authority what it is, signed in, and read hubs and the provisioning service"
