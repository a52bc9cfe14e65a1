#!/usr/bin/env bats
# What takes long: a browser that shows the picture, and ten thousand clients.
load ../../tests/helpers
load ../../tests/beyond

@test "beyond: chromium shows the page of step07 with its picture" {
    command -v chromium >/dev/null || skip "chromium is not installed: tools/setup chromium"
    step=beyond/step07-sendfile
    start_server "$step"
    cat >"$root/beyond/public/$big.html" <<'END'
<img src="picture.png" onload="document.title = 'a picture, ' + naturalWidth + ' wide'">
END
    start browser chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
        --dump-dom "http://localhost:8001/$big.html"
    ends_with 0 browser
    grep -q 'a picture, 420 wide' browser.out || fail "$(<browser.out)"
}

@test "beyond: 10,000 silent clients cost step10 less than 20 MB, and nobody the reply" {
    local before
    (($(ulimit -Hn) >= 11000)) || skip "no process here may have 11,000 descriptors"
    ulimit -Sn "$(ulimit -Hn)"
    step=beyond/step10-epoll
    start_server "$step"
    ask ask 3
    before=$(kilobytes)
    hold 10000
    ask ask 3
    (($(kilobytes) - before < 20000)) || fail "It took $before kB before, and now $(kilobytes) kB."
}

kilobytes() {
    awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status"
}
