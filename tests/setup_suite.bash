# setup_suite.bash: what bats (1.7 and newer) runs once, before any test: one message where port 8001
# is taken, in place of one for each test; and everything that the tests need is built.
# shellcheck shell=bash

setup_suite() {
    # shellcheck source=prepare.bash
    source "$BATS_TEST_DIRNAME/prepare.bash"
    require_free_port
    prepare
}
