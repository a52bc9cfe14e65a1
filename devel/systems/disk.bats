#!/usr/bin/env bats
# A disk that is full: needs root, for a mount in a namespace of its own.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "systems: where the disk is full, check judges all the same, demo and page say so, and nothing is left on the port" {
    unshare --mount true 2>/dev/null || skip "no file system may be mounted here"
    mkdir full
    cat >fill <<'END'
mount -t tmpfs -o size=40k none full
dd if=/dev/zero of=full/zeros bs=1k count=60 2>/dev/null || true
export TMPDIR=$PWD/full
(cd "$1" && tools/check build/step05-write)
"$1/tools/demo" 05
mkdir -p full/tools
mount --bind "$1/tools" full/tools
for each in "$1"/step* "$1/clients"; do ln -s "$each" full; done
mkdir full/build
full/tools/page
END
    run unshare --mount bash fill "$root"
    [[ $output == *"listen(3, "*"5 of 5 steps"* ]] || fail "$output"
    [[ $output == *"demo: $work/full: No space left on device"* ]] || fail "$output"
    [[ ${lines[-1]} == "page: build/page.html: No space left on device" ]] || fail "$output"
    ! listening || fail "Somebody listens."
}
