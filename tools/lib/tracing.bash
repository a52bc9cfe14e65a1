# tracing.bash: may we trace, and where does a traced program stand? Needs workshop.bash.
# shellcheck shell=bash

# require_strace: ends the program where strace is not allowed to trace.
require_strace() {
    local complaint
    [[ -z ${STRACE_WORKS:-} ]] || return 0
    complaint=$(strace -o /dev/null true 2>&1) && return
    # The first of its lines that names the right; else the last.
    if [[ $complaint =~ PTRACE_[^$'\n']* ]]; then complaint=${BASH_REMATCH[0]}; fi
    complaint=${complaint##*$'\n'}
    complaint=${complaint##*strace: }
    die "strace may not trace here ($complaint). README.md, \"When something is in the way\", says what to do." \
        "ここでは strace が使えません ($complaint)。対処は README.ja.md の「うまくいかないとき」を参照してください。"
}
