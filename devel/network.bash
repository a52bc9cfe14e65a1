# network.bash: a network with nothing but a loopback, for what needs port 8001 to itself; and a folder in memory.
# shellcheck shell=bash disable=SC2034,SC2154  # the arrays are for those who source it; root comes from tools/lib

# find_network: sets network to the command that gives what follows it a network of its own, in two parts: spaces gives
# it the right to make one and, where that may be mounted and TMPDIR names no other, a folder in memory as TMPDIR;
# own_network makes one there. All are empty where the kernel does not allow it. The folder is /media, which hides
# nothing there but from what follows, and has a name without a blank or an apostrophe. The table of connections is
# small: whoever asks for a connection's state reads all of it.
# OWN_NETWORK says that it may be changed.  (unshare(1), tmpfs(5), Linux' Documentation/networking/ip-sysctl.rst)
# shellcheck disable=SC2016  # the inner shells expand it
find_network() {
    local mount user=() memory='' prepared='
        { echo 1024 >/proc/sys/net/ipv4/tcp_child_ehash_entries; } 2>/dev/null
        [[ -z $0 || -n ${TMPDIR:-} ]] || { mount -t tmpfs memory "$0" 2>/dev/null && export TMPDIR=$0; }
        export OWN_NETWORK=yes
        exec "$@"'
    [[ $EUID -eq 0 ]] || user=(--map-root-user)
    [[ ! -d /media || $root == /media/* ]] || memory=/media
    own_network=(unshare --net bash -c 'ip link set lo up && exec "$@"' -)
    for mount in ${memory:+--mount} ''; do
        spaces=(unshare "${user[@]}" --net ${mount:+"$mount"} bash -c "$prepared" "${mount:+$memory}")
        network=("${spaces[@]}" "${own_network[@]}")
        ! "${network[@]}" true 2>/dev/null || return 0
    done
    spaces=() own_network=() network=()
}

# alone COMMAND...: runs it in a network of its own, with the right to make more of them; fails where this user may not.
alone() {
    if [[ $EUID -eq 0 ]]; then
        unshare --net "$@"
    elif unshare --user --map-root-user --net true 2>/dev/null; then
        unshare --user --map-root-user --net "$@"
    else
        sudo -n env PATH="$PATH" unshare --net "$@"
    fi
}
