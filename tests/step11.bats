#!/usr/bin/env bats
# Step 11: a client that gets no further is shown the door.
load helpers
load beyond

# start_limited: starts the server; the step's own with a limit of one second in place of ten.
start_limited() {
    limit=10
    if [[ -z ${PROGRAM:-} ]]; then
        limit=1
        sed 's/SECONDS = 10/SECONDS = 1/' "${PROGRAMS:-$root/$step}/server.c" |
            cc -iquote "$root/$step" -o step11-timeout -x c -
        PROGRAMS=$work
    fi
    start_server "$step"
}

# ja: 10 秒間進まないクライアントは、ときどき 1 バイト送っていても切断されます。遅くても読み続ければ別です。
@test "step11: no progress in ten seconds ends a client that drips bytes, not one that reads" {
    local how
    start_limited
    for how in drip silent "$big"; do
        start "stay-$how" python3 tests/http_client.py stay "$how" $limit $((limit + 3))
    done
    start steady python3 tests/http_client.py slow "$big" 0.1
    ends_with 0 stay-{drip,silent,"$big"} steady
}

# ja: ディスクリプターが足りなくなっても、ほかのクライアントが切断されれば、また応答します。
@test "step11: where descriptors run out, a client is answered when the others' time is up" {
    reference_only
    # shellcheck disable=SC2034  # it is for start_server
    runner=(bash -c 'ulimit -n 20; exec "$@"' -)
    start_limited
    hold 20
    ask ask 1
    grep -q 'accept4: Too many open files' server.err
}
