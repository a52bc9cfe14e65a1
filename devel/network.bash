# network.bash: a network with nothing but a loopback, for what needs port 8001 to itself.
# shellcheck shell=bash disable=SC2034  # the variable is for those who source it

# find_network: sets network to the command that gives what follows it a network of its own; to nothing
# where the kernel does not allow that.  (unshare(1))
find_network() {
    network=(unshare --net)
    [[ $EUID -eq 0 ]] || network=(unshare --map-root-user --net)
    # shellcheck disable=SC2016  # the inner shell expands it
    network+=(bash -c 'ip link set lo up && exec "$@"' -)
    "${network[@]}" true 2>/dev/null || network=()
}
