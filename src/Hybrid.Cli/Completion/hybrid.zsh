# Tab completion of hybrid in zsh: the command itself says what may come next.
# For every new shell, after compinit: echo 'source <(hybrid completion zsh)' >> ~/.zshrc
_hybrid() {
    local line="${(j: :)${(@)words[2,CURRENT-1]}} $QIPREFIX$PREFIX"
    local -a found
    line=${line# }
    found=("${(@f)$($words[1] "[suggest:${#line}]" "$line" 2>/dev/null)}")
    # a folder goes on
    compadd -S '' -- ${(M)found:#*/}
    compadd -- ${found:#*/}
}
compdef _hybrid hybrid
