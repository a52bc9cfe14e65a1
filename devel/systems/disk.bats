#!/usr/bin/env bats
# A disk that is full: needs root, for a mount in a namespace of its own.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "systems: where the disk is full, check judges all the same, page says so, and nothing is left on the port" {
    unshare -m true 2>/dev/null || skip "no file system may be mounted here"
    copy_all full
    rm -r full/build/*
    cat >fill <<'END'
mount -t tmpfs -o size=40k none full/build
dd if=/dev/zero of=full/build/zeros bs=1k count=60 2>/dev/null
export TMPDIR=$PWD/full/build
full/tools/check "$1/step05-write"
full/tools/page
END
    run unshare -m bash fill "$build"
    [[ $output == *"listen(3, "*"5 of 5 steps"* ]] || fail "$output"
    [[ ${lines[-1]} == "page: build/page.html: No space left on device" ]] || fail "$output"
    [[ -z $(ss -Hltn "sport = :8001") ]] || fail "Somebody listens."
}
