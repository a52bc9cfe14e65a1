#!/usr/bin/env bats
# Step 8: every client has a process of its own.
load helpers
load beyond

# ja: 何も送らないクライアントが 100 個あっても、ほかのクライアントに応答します。
@test "step08: a client is answered beside 100 that say nothing" {
    start_server "$step"
    hold 100
    ask ask 1
    [[ -n ${PROGRAM:-} ]] || comes_to "100 processes, 1 threads, 4 descriptors"
}

# ja: 50 個のクライアントに同時に応答し、200 個のクライアントのあとに、プロセスも、ゾンビも、ディスクリプターも残りません。
@test "step08: 50 clients at once are answered; after 200 no process, zombie or descriptor stays" {
    nothing_is_left come_and_go
}

# ja: サーバーが終了すると、クライアントの子プロセスが残っていても、ポートはすぐに空きます。
@test "step08: when the server has ended, its port is free, though a child lives on" {
    reference_only
    start_server "$step"
    hold 1
    comes_to "1 processes*"
    kill "$server_pid"
    wait_until 5 eval '! listening' || fail "$(ss -ltnp)"
}
