"""``frank statusline``: what is spent, on one line. At a prompt ``prompt.py`` answers, before typer is loaded."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["statusline"]


def statusline(
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="TEXT",
            help="Text with {today}, {requests}, {project}, {project_today}, {project_requests}, {budget}, {spent}, "
            "{amount}, {left} and {share} in it.",
        ),
    ] = None,
    cwd: Annotated[Path | None, typer.Option(metavar="DIR", help="The project of this directory, not of here.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON: {since, today, project, project_today, budgets}.")
    ] = False,
) -> None:
    """What was spent today, by this directory's project, and of its budget, on one line for prompts and editors.

    A + after an amount says that further requests have no known price. Without a ledger the line is empty. It never
    fails and is quick enough for every prompt. The budget is the one that is nearest to its end.

    \b
    bash:      PROMPT_COMMAND='FRANK_LINE=$(frank statusline)'
               PS1='[${FRANK_LINE}] \\w \\$ '
    zsh:       setopt PROMPT_SUBST; precmd() { FRANK_LINE=$(frank statusline) }
               RPROMPT='${FRANK_LINE//\\%/%%}'
    fish:      function fish_right_prompt; frank statusline; end
    starship:  [custom.frank]
               command = "frank statusline"
               when = true
    PowerShell, in $PROFILE:
               function prompt { "[$(frank statusline)] $PWD> " }
    Claude Code, in ~/.claude/settings.json:
               "statusLine": {"type": "command", "command": "frank statusline"}

    tmux and VS Code: see docs/prompt.md.
    """
    from franking.cli import prompt

    typer.echo(prompt.line(form, str(cwd) if cwd else None, as_json=as_json))
