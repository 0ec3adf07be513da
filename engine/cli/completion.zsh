#compdef adap
# Completion of adap for zsh. In ~/.zshrc, below compinit: eval "$(adap completion zsh)"
_adap() {
  local adap=${(Q)words[1]} line word shown
  local -a before=("${(@Q)${(@)words[2,CURRENT-1]/#\~\//$HOME/}}") ends endsShown onward onwardShown
  (( $+commands[$adap] )) || [[ -x $adap ]] || adap=adap
  # Of the last word, what stands before the cursor, with the quotes that are open closed.
  local typed=${(Q)${:-$compstate[quote]$PREFIX$compstate[quote]}}
  for line in "${(@f)$(command $adap complete -- "${(@)before}" "$typed" 2>/dev/null </dev/null)}"; do
    case $line in
      '') ;;
      $'\tdirectories')
        [[ $PREFIX != -*=* ]] || compset -P '*='
        _directories
        return
        ;;
      $'\tfiles')
        _files
        return
        ;;
      *)
        word=${line%%$'\t'*}
        shown=${${word%/}##*/}${(M)word%/}
        [[ $line != *$'\t'* ]] || shown="${(r:12:)word}  ${line#*$'\t'}"
        shown=${shown[1,COLUMNS-1]}
        # After a segment of a path the word goes on.
        if [[ $word == */ ]]; then
          onward+=("$word") onwardShown+=("$shown")
        else
          ends+=("$word") endsShown+=("$shown")
        fi
        ;;
    esac
  done
  local -a list=()
  [[ $line != *$'\t'* ]] || list=(-l)
  compadd $list -V adap -d endsShown -a ends
  compadd -V adap-onward -S '' -d onwardShown -a onward
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _adap adap
