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

# ja: 50 個のクライアントが同時にリクエストしても、すべてに応答します。
@test "step08: 50 clients at once are all answered" {
    start_server "$step"
    ask burst 50
}

# ja: 200 個のクライアントのあとに、プロセスも、ゾンビも、ディスクリプターも残りません。
@test "step08: after 200 clients no process is left, no zombie and no descriptor" {
    nothing_is_left come_and_go
}

come_and_go() {
    hold 100
    stop holder # all of them go at the same moment
    ask burst 100
    rude
}

# ja: サーバーが終了すると、クライアントの子プロセスが残っていても、ポートはすぐに空きます。
@test "step08: when the server has ended, its port is free, though a child lives on" {
    local child
    reference_only
    start_server "$step"
    hold 1
    comes_to "1 processes*"
    read -r child _ <"/proc/$server_pid/task/$server_pid/children" || true # no line ends there
    wait_until 5 test ! -e "/proc/$child/fd/3"
    kill "$server_pid"
    wait_until 5 ended "$server_pid"
    start second build/step08-fork
    wait_until 5 has_line second.err "$ready_line" || fail "$(<second.err)"
    kill "$child"
}

# ja: strace に clone (fork のシステムコール) と、子プロセスの終わりが現れます。
@test "step08: strace shows clone, and the end of each child" {
    shows '(clone\(.*SIGCHLD.*|fork\(\)) *= [0-9]+$' 'exit_group\(0\)'
}
