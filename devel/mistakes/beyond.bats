#!/usr/bin/env bats
# make check STEP=06 to 09: each mistake is provoked, and gets exactly its identifier; right servers get none.
load ../../tests/helpers

setup_file() {
    unset PROGRAM
}

@test "mistakes beyond: each is recognised at its step, and right servers pass, in Python too" {
    "$root/devel/mistakes/catalogue" --beyond >reports 2>&1 || fail "$(<reports)"
}

@test "mistakes beyond: a report says what was expected and seen, what to do, and where to read" {
    sed 's/memmem(request, length, .*, 4) == NULL/length == 0/' "$root/beyond/step06-read/server.c" >server.c
    CHECK_STEP=06 run "$root/tools/check"
    [[ $status -eq 1 ]] || fail "$output"
    [[ $output == *'    try       Read in a loop, '*': while (memmem(request, length, "\r\n\r\n", 4) == NULL)'* ]] ||
        fail "$output"
    # Which of its answers came too soon depends on what was on the stack.
    [[ $output == *'    seen      after three of four pieces: got "HTTP/1.0 '* ]] || fail "$output"
    sed '1d; /^    seen/d; /^    try/d' <<<"$output" >said
    assert_file said "not yet  step06-read
    expected  every request is read to its blank line, and answered in HTTP; a wrong one with 400, a long one with 431
    mistake   One read is taken for the whole request. It comes in as many pieces as the network likes.
    read      beyond/step06-read/README.md
    explain   make explain MISTAKE=read/one-read
    again     make check STEP=06
0 of 1 steps
"
    sed 's/SOCK_STREAM, 0)/SOCK_STREAM, 99)/' "$root/beyond/step06-read/server.c" >server.c
    CHECK_STEP=06 run "$root/tools/check"
    [[ $status -eq 1 && $output == *"socket: Protocol not supported"* ]] || fail "$output"
}

@test "mistakes beyond: make explain shows the wrong line, and the fix in six languages" {
    run "$root/tools/explain" fork/zombies
    [[ $output == *'-    signal(SIGCHLD, SIG_IGN); '*'+    // signal(SIGCHLD, SIG_IGN); '* ]] || fail "$output"
    WORKSHOP_LANG=ja run "$root/tools/explain" read/one-read
    [[ $output == *'ネットワークしだいです'*'client.gets("\r\n\r\n")'*'bytes.Contains'* ]] || fail "$output"
}
