"""``frank completion``: the scripts by which a shell completes ``frank``.

A script asks ``frank __complete`` (``candidates.py``) and takes what it says as text: names that came over the wire are
quoted by the shell's own means and never evaluated.
"""

from typing import Annotated

import typer

__all__ = ["SCRIPTS", "completion"]

_BASH = r"""# frank completion bash (bash 4.4 and newer)
_frank() {
    local line=$COMP_LINE words=() word kind value i
    # Bash also breaks words at = : @; without a blank before it a part belongs to the word before.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 0)) && [[ $line != [[:space:]]* ]]; then
            words[-1]+=$word
        else
            line=${line#"${line%%[![:space:]]*}"}
            words+=("$word")
        fi
        line=${line#"$word"}
    done
    local last=${COMP_WORDS[COMP_CWORD]}
    if [[ $last == [=:] ]]; then
        last=
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == @ ]]; then
        last=@$last # the one break that readline counts to the word after it
    fi
    local cut=$((${#words[-1]} - ${#last}))
    COMPREPLY=()
    {
        IFS= read -r kind
        while IFS=$'\t' read -r value _; do
            value=${value:cut}
            if [[ $last != [\'\"]* ]]; then printf -v value %q "$value"; fi
            COMPREPLY+=("$value")
        done
    } < <(frank __complete --raw -- "${words[@]:1}" 2>/dev/null)
    if [[ $kind == files ]]; then compopt -o default; fi
}
complete -F _frank frank
"""

_ZSH = r"""#compdef frank
# frank completion zsh
_frank() {
    local -a values shown
    local kind line
    {
        IFS= read -r kind
        while IFS= read -r line; do
            values+=("${line%%$'\t'*}")
            if [[ -n ${line#*$'\t'} ]]; then
                shown+=("${line/$'\t'/  -- }")
            else
                shown+=("${line%%$'\t'*}")
            fi
        done
    } < <(frank __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    if [[ $kind == files ]]; then _files; fi
    if [[ $shown[1] == *'  -- '* ]]; then compadd -l -d shown -a values; else compadd -d shown -a values; fi
}
if [[ $funcstack[1] == _frank ]]; then _frank "$@"; else compdef _frank frank; fi
"""

_FISH = r"""# frank completion fish
function __frank_complete
    set -l current (commandline -ct)
    set -l found (frank __complete --raw -- (commandline -opc)[2..] "$current" 2>/dev/null)
    if test "$found[1]" = files
        __fish_complete_path "$current"
    end
    if test (count $found) -gt 1
        printf '%s\n' $found[2..]
    end
end
complete --command frank --no-files --arguments '(__frank_complete)'
"""

_POWERSHELL = r"""# frank completion powershell
Register-ArgumentCompleter -Native -CommandName frank -ScriptBlock {
    param($word, $ast, $position)
    $words = @($ast.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.Extent.Text })
    $current = if ($word) { $word } else { '""' }
    frank __complete --raw -- @words $current 2>$null | Select-Object -Skip 1 | ForEach-Object {
        $value, $what = $_ -split "`t", 2
        $typed = if ($value -match '^[\w./:=,@-]+$') { $value } else { "'" + ($value -replace "'", "''") + "'" }
        $shown = if ($what) { $what } else { $value }
        [System.Management.Automation.CompletionResult]::new($typed, $value, 'ParameterValue', $shown)
    }
}
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWERSHELL}


def completion(
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish|powershell", help="The shell that it is for.")],
) -> None:
    """Print the script by which a shell completes frank's commands, options, projects, models, features, users.

    \b
    bash:        eval "$(frank completion bash)"      in ~/.bashrc
    zsh:         eval "$(frank completion zsh)"       in ~/.zshrc, after compinit
    fish:        frank completion fish > ~/.config/fish/completions/frank.fish
    powershell:  frank completion powershell | Out-String | Invoke-Expression
                 in $PROFILE
    """
    if shell not in SCRIPTS:
        raise typer.BadParameter(f"{shell!r} is none of {', '.join(SCRIPTS)}", param_hint="SHELL")
    typer.echo(SCRIPTS[shell], nl=False)
