# steps.bash: the steps there are, and what each promises. Needs workshop.bash.
# shellcheck shell=bash disable=SC2034,SC2154  # variables for those who source it, and root from there

# all_steps: sets steps to the folders of all steps, in order: step01-socket ... beyond/step06-read ...
all_steps() {
    local folder
    steps=()
    for folder in "$root"/step[0-9][0-9]-* "$root"/beyond/step[0-9][0-9]-*; do
        [[ ! -e $folder/server.c ]] || steps+=("${folder#"$root"/}")
    done
}

# find_step NUMBER: sets step to the folder of a step; NUMBER is 03, 3 or step03. Ends the program, exit 2,
# with one line that names the steps there are, where there is none.
find_step() {
    local steps folder number=${1#step}
    all_steps
    [[ ! $number =~ ^[0-9]$ ]] || number=0$number
    for folder in "${steps[@]}"; do
        [[ ${folder##*/} != step"$number"-* || ! $number =~ ^[0-9]+$ ]] || { step=$folder && return; }
    done
    steps=("${steps[@]##*/}")
    misused "there is no step '$1'; the steps are ${steps[*]%%-*}" "ステップ '$1' はありません。あるのは ${steps[*]%%-*} です"
}

# previous_step FOLDER: sets before to the folder of the step before it, to nothing for the first.
previous_step() {
    local steps folder
    before=''
    all_steps
    for folder in "${steps[@]}"; do
        [[ $folder != "$1" ]] || return 0
        before=$folder
    done
}

# load_promise FOLDER: sets the variables of that step's promise; because is in the reader's language.
load_promise() {
    # shellcheck source=/dev/null
    source "$root/$1/promise"
    because=because_$language
    because=${!because}
}
