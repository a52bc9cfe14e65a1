# all.bash: every part of tools/lib, for a program that needs most of them.
# shellcheck shell=bash

# shellcheck source=tools/lib/workshop.bash
source "${BASH_SOURCE[0]%/*}/workshop.bash"
# shellcheck source=tools/lib/steps.bash
source "${BASH_SOURCE[0]%/*}/steps.bash"
# shellcheck source=tools/lib/waiting.bash
source "${BASH_SOURCE[0]%/*}/waiting.bash"
# shellcheck source=tools/lib/port.bash
source "${BASH_SOURCE[0]%/*}/port.bash"
# shellcheck source=tools/lib/tracing.bash
source "${BASH_SOURCE[0]%/*}/tracing.bash"
