# prepare.bash: what all tests need, once for all of them.
# shellcheck shell=bash disable=SC2154  # root and build come from tools/lib

# shellcheck source=../tools/lib/all.bash
source "${BASH_SOURCE[0]%/*}/../tools/lib/all.bash"
# shellcheck source=processes.bash
source "${BASH_SOURCE[0]%/*}/processes.bash"

# prepare: builds everything, and hands down by PREPARED that it is done.
prepare() {
    local steps
    [[ ${PREPARED:-} != "$root" ]] || return 0
    require_strace
    all_steps
    steps=("${steps[@]##*/}")
    need build/launch clients/client "${steps[@]/#/build/}"
    [[ -n ${PROGRAM:-} ]] || use_bare_interpreters # somebody's own program may need what it likes
    export PREPARED=$root STRACE_WORKS=yes WORKSHOP_LANG=en
}

# use_bare_interpreters: lets python3 and ruby mean those without any installed package: nothing here may need one, and
# they start in half the time. python3 is the system's own, where that is complete and not too old, or what PYTHON
# names: a version manager's has to find out at every start which one is meant, and is often built to run slower.
use_bare_interpreters() {
    local system=${PYTHON:-/usr/bin/python3}
    "$system" -c 'import ctypes, sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null ||
        system=$(python3 -c 'import sys; print(sys.executable)')
    mkdir -p "$build/bin"
    printf '#!/bin/sh\nexec "%s" -S "$@"\n' "$system" >"$build/bin/python3"
    chmod +x "$build/bin/python3"
    export PATH=$build/bin:$PATH RUBYOPT=--disable-gems PYTHONPYCACHEPREFIX=$build/pycache
    unset PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED
}
