# steps.bash: the steps there are, and what each promises. Needs workshop.bash.
# shellcheck shell=bash disable=SC2034,SC2154  # variables for those who source it, and root

# all_steps: sets steps to the folders of all steps, in order: step01-socket ... beyond/step06-read
all_steps() {
    local folder
    steps=()
    for folder in "$root"/step[0-9][0-9]-* "$root"/beyond/step[0-9][0-9]-*; do
        [[ ! -e $folder/server.c ]] || steps+=("${folder#"$root"/}")
    done
}

# find_step NUMBER: sets step to the folder of a step, and before to that of the step before it, if
# any; NUMBER is 03, 3 or step03. Ends the program, exit 2, where there is no such step.
find_step() {
    local steps folder number=${1#step}
    all_steps
    [[ ! $number =~ ^[0-9]$ ]] || number=0$number
    before=''
    for folder in "${steps[@]}"; do
        if [[ ${folder##*/} == step"$number"-* && $number =~ ^[0-9]+$ ]]; then
            step=$folder
            return
        fi
        before=$folder
    done
    steps=("${steps[@]##*/}")
    misused "there is no step '$1'; the steps are ${steps[*]%%-*}" \
        "ステップ '$1' はありません。あるのは ${steps[*]%%-*} です"
}

# load_promise FOLDER: sets the variables of that step's promise.
load_promise() {
    # shellcheck source=/dev/null
    source "$root/$1/promise"
}
