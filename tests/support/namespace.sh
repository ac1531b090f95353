# Sourced by tests that need Azure's host names and port 443 to mean this machine: goes on in a network and mount namespace
# of their own, which ends with them. Afterwards lo is up and hosts can be redirected with names_mean_this_machine.
skip() {
    echo "skipped: $1"
    exit 77
}
# enter_namespace TOOLS SCRIPT ARGUMENT…: leaves with 77 where a tool is missing or namespaces may not be made.
enter_namespace() {
    tools=$1
    shift
    if [ -z "${DROVER_NAMESPACE:-}" ]; then
        for tool in ip unshare $tools; do
            command -v "$tool" >/dev/null || skip "$tool is not installed"
        done
        unshare --map-root-user --mount --net true 2>/dev/null || skip "namespaces may not be made here"
        DROVER_NAMESPACE=1 exec unshare --map-root-user --mount --net "$@"
    fi
    ip link set lo up || skip "a namespace's loopback cannot be brought up here"
}
# names_mean_this_machine FOLDER NAME…
names_mean_this_machine() {
    folder=$1
    shift
    echo "127.0.0.1 localhost $*" >"$folder/hosts"
    mount --bind "$folder/hosts" /etc/hosts || skip "host names cannot be redirected here"
}
# start_azure PROGRAM FOLDER: a local Azure on port 443; its process ID in $server, its endpoints in FOLDER/azure.json.
start_azure() {
    "$1" --scenario small --listen 127.0.0.1:443 --endpoints "$2/azure.json" >"$2/log" 2>&1 &
    server=$!
    tries=0
    until grep -qs "listening on" "$2/log"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] && kill -0 "$server" || { cat "$2/log"; exit 1; }
        sleep 0.05
    done
}
