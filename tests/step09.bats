#!/usr/bin/env bats
# Step 9: every client has a thread of its own.
load helpers
load beyond

# ja: 何も送らないクライアントが 100 個あっても、プロセスを増やさずに、ほかのクライアントに応答します。
@test "step09: a client is answered beside 100 that say nothing, which cost no process" {
    start_server "$step"
    hold 100
    ask ask 1
    comes_to "0 processes*"
    [[ -n ${PROGRAM:-} ]] || comes_to "0 processes, 101 threads, 104 descriptors"
}

# ja: 50 個のクライアントに同時に応答し、200 個のクライアントのあとに、スレッドも、そのメモリも、ディスクリプターも残りません。
@test "step09: 50 clients at once are answered; after 200 no thread, memory or descriptor is left" {
    local most
    nothing_is_left measured
    # A thread's stack has 8 MB.
    (($(addresses) < most)) || blame --expected "< $most kB" --found "$(addresses) kB"
}

measured() {
    ask burst 100 # the C library keeps memory for as many threads
    most=$(($(addresses) + 400000))
    come_and_go
}

addresses() { find_server && awk '/^VmSize/ { print $2 }' "/proc/$server/status"; }
