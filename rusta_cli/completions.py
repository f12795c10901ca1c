"""`rusta completions`: what a shell needs to complete both commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """The shells that are known."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completions(
    shell: Annotated[Shell, typer.Argument(help="bash, zsh or fish.", metavar="SHELL", show_choices=True)],
) -> None:
    """Print completions for rusta and rusta-tui: source them in your shell's start file."""
    from argcomplete.shell_integration import shellcode
    from typer._completion_shared import get_completion_script

    print(get_completion_script(prog_name="rusta", complete_var="_RUSTA_COMPLETE", shell=shell.value))
    print(shellcode(["rusta-tui"], shell=shell.value))
