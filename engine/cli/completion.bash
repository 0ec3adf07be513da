# Completion of adap for bash. In ~/.bashrc: eval "$(adap completion bash)"
_adap() {
  local adap words=() rest=${COMP_LINE:0:COMP_POINT} blanks word line i
  # What bash cut apart at = and : is one word of adap; of the last one, what stands before the cursor.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blanks=${rest%%[![:space:]]*}
    rest=${rest:${#blanks}}
    word=${COMP_WORDS[i]}
    ((${#word} <= ${#rest})) || word=$rest
    rest=${rest:${#word}}
    if ((i == 0)) || [[ -n $blanks ]]; then words+=("$word"); else words[-1]+=$word; fi
  done
  # Of the word, the line keeps what stands before "$2": an open quote, and all up to a = or a :.
  local kept=$((${#words[-1]} - ${#2}))
  adap=$(type -P -- "${1/#\~\//"$HOME"/}") || adap=adap
  for ((i = 0; i < ${#words[@]} - 1; i++)); do words[i]=${words[i]/#\~\//"$HOME"/}; done
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      $'\tdirectories') compopt -o dirnames ;;
      $'\tfiles') compopt -o default ;;
      *) COMPREPLY+=("${line:kept}") ;;
    esac
  done < <("$adap" complete --as bash -- "${words[@]:1}" 2>/dev/null </dev/null)
  # After a segment of a path the word goes on.
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then compopt -o nospace; fi
}
complete -F _adap adap
