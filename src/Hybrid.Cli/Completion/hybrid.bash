# Tab completion of hybrid in bash: the command itself says what may come next.
# For every new shell: echo 'source <(hybrid completion bash)' >> ~/.bashrc
_hybrid() {
    local command=${COMP_WORDS[0]} line=${COMP_LINE:0:COMP_POINT} word
    line=${line#*"$command"}
    line=${line#[[:space:]]}
    COMPREPLY=()
    while IFS= read -r word; do
        # bash completes what is behind the =
        [[ $word == --*=* && $COMP_WORDBREAKS == *=* ]] && word=${word#*=}
        COMPREPLY+=("$word")
    done < <("$command" "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o filenames -F _hybrid hybrid
