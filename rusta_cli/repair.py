"""The commands that work on a repository: fix, check, resume, undo."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

DEFAULT_BRAIN = "search"
PathArgument = Annotated[Path, typer.Argument(help="A folder or file in the git repository.", show_default="here")]
EventsOption = Annotated[
    bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
]
DirtyOption = Annotated[bool, typer.Option("--include-dirty", help="Work on your uncommitted changes too.")]


class Approve(StrEnum):
    """Who says yes to a green patch."""

    ASK = "ask"
    AUTO = "auto"
    NEVER = "never"


def fix(
    path: PathArgument = Path(),
    code: Annotated[Optional[str], typer.Option(help="Only diagnostics with this code, such as E0502.")] = None,  # noqa: UP045
    file: Annotated[Optional[str], typer.Option(help="Only diagnostics in this file.")] = None,  # noqa: UP045
    only: Annotated[Optional[str], typer.Option(help="Only the diagnostic with this id.", metavar="ID")] = None,  # noqa: UP045
    all_: Annotated[bool, typer.Option("--all", help="Warnings and clippy's findings too, not only errors.")] = False,
    brain: Annotated[str, typer.Option(help="Who thinks.")] = DEFAULT_BRAIN,
    approve: Annotated[
        Approve,
        typer.Option(
            help="ask: you review each patch. auto: commit what is green to a rusta/… branch. never: only show."
        ),
    ] = Approve.ASK,
    include_dirty: DirtyOption = False,
    policy: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A policy file to use instead of your own.", dir_okay=False),
    ] = None,
    events: EventsOption = False,
) -> None:
    """Find what is broken, fix it in a sandbox, prove it, and commit it once you agree."""
    from engine.loop import run
    from engine.loop.policy import Policy
    from engine.loop.request import Request
    from engine.schema.event import Scope
    from rusta_cli.session import run_session

    if brain != DEFAULT_BRAIN:
        from rusta_cli.drift import refuse_stopped

        refuse_stopped(brain)
    request = Request(
        path=path.absolute(),
        scope=Scope(code=code, file=from_root(file), only=only, all=all_),
        brain=brain,
        approve=approve.value,
        include_dirty=include_dirty,
        policy=Policy.load(policy),
    )
    raise typer.Exit(
        run_session(lambda store, inbox, emit: run.fix(request, store=store, inbox=inbox, emit=emit), events=events)
    )


def resume(
    session: Annotated[Optional[str], typer.Argument(help="Which session; the last one when left out.")] = None,  # noqa: UP045
    events: EventsOption = False,
) -> None:
    """Go on with a session from its last event."""
    from engine.loop import run
    from rusta_cli.session import run_session

    raise typer.Exit(
        run_session(
            lambda store, inbox, emit: run.resume(session, store=store, inbox=inbox, emit=emit),
            events=events,
            past=lambda store: store.events(store.session(session).id),
        )
    )


def check(
    path: PathArgument = Path(),
    clippy: Annotated[bool, typer.Option("--clippy", help="Ask clippy too.")] = False,
    include_dirty: DirtyOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Check again at each save, until ctrl+c.")] = False,
    events: EventsOption = False,
) -> None:
    """List what the compiler finds, root causes first."""
    from engine.loop import run
    from rusta_cli.interrupts import run_to_end
    from rusta_cli.telling import told

    with told(events=events) as emit:
        if watch:
            from engine.loop.watch import watch as keep_checking

            run_to_end(keep_checking(path.absolute(), include_dirty=include_dirty, emit=emit, clippy=clippy))
            return
        found = run_to_end(run.check(path.absolute(), include_dirty=include_dirty, emit=emit, clippy=clippy))
    if not events:
        print("clean" if not found else f"{found} to mend: `rusta fix`")


def undo(
    session: Annotated[Optional[str], typer.Argument(help="Which session; the last one when left out.")] = None,  # noqa: UP045
    events: EventsOption = False,
) -> None:
    """Take back what a session committed, without touching anybody else's work."""
    from engine.loop.undo import undo as take_back
    from engine.store.store import Store
    from rusta_cli.telling import told

    with told(events=events) as emit:
        take_back(session, store=Store.open(), emit=emit)


def from_root(file: str | None) -> str | None:
    """The file as diagnostics name it: from the root of its repository. Unchanged where no such file is seen."""
    if file is None:
        return None
    place = Path(file).resolve()
    root = next((folder for folder in place.parents if (folder / ".git").exists()), None) if place.is_file() else None
    return place.relative_to(root).as_posix() if root else Path(file).as_posix()
