# Tab completion of hybrid in fish: the command itself says what may come next.
# For every new shell: hybrid completion fish > ~/.config/fish/completions/hybrid.fish
function __hybrid_words
    set -l line (commandline -cp | string replace -r '^\s*\S+\s?' '')
    hybrid "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete -c hybrid -f -a '(__hybrid_words)'
