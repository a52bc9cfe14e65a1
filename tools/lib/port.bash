# port.bash: what the kernel says about the port. Needs workshop.bash and waiting.bash.
# shellcheck shell=bash disable=SC2154  # port and root come from there

printf -v port_in_tables %04X "$port"

# listening: is there a listening socket on the port? Sets queued to how many finished connections wait there for
# accept. The kernel's tables begin with the listening sockets, whose state is 0A; their queue is what follows the
# colon.  (proc(5), /proc/net/tcp; Linux' Documentation/networking/proc_net_tcp.rst)
listening() {
    local table address state queues
    queued=''
    for table in /proc/net/tcp /proc/net/tcp6; do
        while read -r _ address _ state queues _; do
            [[ $state == 0A || $state == st ]] || break # st is the table's headline
            [[ $address != *":$port_in_tables" ]] || queued=$((queued + 16#${queues#*:}))
        done <"$table"
    done 2>/dev/null # a kernel without IPv6 has no second table
    [[ -n $queued ]]
}

# port_can_be_bound: may a server without SO_REUSEADDR have the port, or are there connections of an
# earlier one left, in TIME-WAIT?  (tcp(7)) That a program has bound it, and does not listen, only a newer ss
# tells (UNCONN), and no minute cures.
port_can_be_bound() {
    local table address
    for table in /proc/net/tcp /proc/net/tcp6; do
        while read -r _ address _; do [[ $address != *":$port_in_tables" ]] || return 1; done <"$table"
    done 2>/dev/null
}

# await_port FOLDER: where that step's server sets no SO_REUSEADDR and connections of an earlier one are left,
# waits until they are gone, a minute at most, and says so.
await_port() {
    if port_can_be_bound || grep -q SO_REUSEADDR "$root/$1/server.c"; then return; fi
    words "Port $port has just served somebody, and this step sets no SO_REUSEADDR: waiting, a minute at most ..." \
        "ポート $port は接続を処理したばかりで、このステップは SO_REUSEADDR を設定しません。空くまで最長 1 分待ちます..." >&2
    wait_until 70 port_can_be_bound || true
}

# require_free_port: ends the program, with the holder's name, where something listens on the port; or where nobody could
# reach it.
require_free_port() {
    local line pid holder
    require_loopback
    listening || return 0
    line=$(ss -Hltnp "sport = :$port") # who holds it takes long to find
    [[ -n $line ]] || return 0 # it has ended meanwhile
    if [[ ! $line =~ \(\(\"([^\"]+)\",pid=([0-9]+) ]]; then
        die "port $port is taken by another user's process. To see which: sudo ss -ltnp 'sport = :$port'" \
            "ポート $port は別のユーザーのプロセスが使用中です。調べるには: sudo ss -ltnp 'sport = :$port'"
    fi
    pid=${BASH_REMATCH[2]}
    holder="${BASH_REMATCH[1]} (process $pid)"
    # After Ctrl-Z it would heed that only when it goes on.
    { [[ $(<"/proc/$pid/stat") != *') T '* ]]; } 2>/dev/null || pid+="; kill -CONT $pid"
    die "port $port is taken by $holder. Stop it first: kill $pid" \
        "ポート $port は ${holder/process/プロセス} が使用中です。先に終了させてください: kill $pid"
}
