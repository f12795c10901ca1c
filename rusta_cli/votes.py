"""Blind votes on her voice: `rusta eval vote` and `rusta eval voices`."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from rusta_cli.rows import row

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


class Choice(StrEnum):
    """Which telling was liked better."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"


def vote(
    one: Annotated[str, typer.Argument(help="A run, by its id or the start of it.", metavar="RUN")],
    other: Annotated[str, typer.Argument(help="A run of another brain on the same cases.", metavar="RUN")],
    on: Annotated[str | None, typer.Option(help="The case that is voted on; the next one when left out.")] = None,
    choice: Annotated[
        Choice | None, typer.Option(help="Which telling you like better; without it, the paper is shown.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show two tellings of a case without saying whose they are, or vote on them; whose they are is said after."""
    from engine.errors import RustaError
    from engine.evals.ballot import cast, open_papers, papers
    from engine.evals.log import find_run
    from engine.evals.record import read_run
    from engine.store.store import Store
    from rusta_cli.rows import open_screen

    runs = read_run(find_run(one)), read_run(find_run(other))
    with Store.open() as store:
        every, left = papers(*runs), open_papers(store, *runs)
        paper = next((found for found in every if found.subject == on), left[0] if left and on is None else None)
        if paper is None:
            raise RustaError(
                f"the runs have no paper on {on}" if on else "every paper of these runs was voted on",
                fix="`rusta eval voices` shows how the voices stand",
            )
        if choice is not None:
            if on is None:
                raise RustaError("a vote names the case it is on", fix=f"--on {paper.subject}, if that is what you saw")
            made = cast(store, paper, choice.value)
            told = {"subject": on, "choice": choice, "left": made.first, "right": made.second}
            print(json.dumps(told) if as_json else f"{on}: {choice}; left was {made.first}, right was {made.second}")
            return
    if as_json:
        papers_left = {"left_to_vote": len(left), "papers": len(every)}
        print(json.dumps({"subject": paper.subject, "left": paper.left, "right": paper.right, **papers_left}))
        return
    screen = open_screen()
    screen.show(row("case", f"{paper.subject}, {len(left)} of {len(every)} papers left"))
    for name, text in (("left", paper.left), ("right", paper.right)):
        screen.show(row(name))
        screen.prose(text)
    command = f"rusta eval vote {runs[0].head.run} {runs[1].head.run} --on {paper.subject} --choice left|right|tie"
    screen.show(row("vote", (command, "code")))
    screen.close()


def voices(as_json: JsonOption = False) -> None:
    """Show how the voices stand by every vote, with a 95 % interval."""
    from engine.evals.ballot import standing_voices
    from engine.store.store import Store
    from rusta_cli.rows import open_screen

    with Store.open() as store:
        found = standing_voices(store)
    if not found and not as_json:
        print("nobody has voted yet; `rusta eval vote RUN RUN` shows a paper")
    screen = open_screen()
    for one in found:
        if as_json:
            print(json.dumps(vars(one)))
        else:
            reach = f"({100 * one.low:.0f}–{100 * one.high:.0f}, {one.n} votes)"
            screen.show(row("", (f"{one.name:<24}", "strong"), f"liked better {100 * one.preference:.0f} % {reach}"))
    screen.close()
