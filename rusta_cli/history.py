"""The commands that look back: sessions, replay, export."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from rusta_cli.rows import Role, Row, row
from rusta_cli.searching import CodeOption, MoveOption, OutcomeOption, TextOption, outcome_named

if TYPE_CHECKING:
    from engine.schema.event import Event
    from engine.store.rows import SessionRow

OPEN_ROLE: Role = "wait"
LONGEST_WAIT = 3.0  # seconds; while a mentor slept nothing happened that a replay should show


def sessions(
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 20,
    text: TextOption = None,
    code: CodeOption = None,
    move: MoveOption = None,
    outcome: OutcomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a session.")] = False,
) -> None:
    """List past sessions, newest first, that meet every condition given."""
    from engine.store.store import Store

    found = Store.open().sessions(limit=limit, text=text, code=code, move=move, outcome=outcome_named(outcome))
    if as_json:
        for item in found:
            print(json.dumps(asdict(item), ensure_ascii=False))
        return
    from rusta_cli.rows import open_screen

    screen = open_screen()
    if not found and any((text, code, move, outcome)):
        screen.show(row("", "no session is like that"))
    elif not found:
        screen.show(row("", "no session yet: run `rusta fix` in a repository, or `rusta practice`"))
    for item in found:
        screen.show(_line(item))
    screen.close()


def replay(
    session: Annotated[str, typer.Argument(help="Which session, or the start of its id.")],
    events: Annotated[bool, typer.Option("--events", help="Print one JSON event a line.")] = False,
    speed: Annotated[
        float, typer.Option(help="How fast: 1 is as it was, 10 is ten times as fast, 0 does not wait.", min=0)
    ] = 0,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter before each state.")] = False,
) -> None:
    """Tell a past session again, from its events alone."""
    from engine.store.store import Store
    from rusta_cli.telling import told

    with told(events=events, telling_only=True) as emit:
        store = Store.open()
        id_ = store.session(session).id
        if events and not speed and not step:
            for line in store.event_lines(id_):
                sys.stdout.write(line + "\n")
            return
        past = _paced(store.events(id_), speed)
        for event in _stepped(past) if step else past:
            emit(event)


class Format(StrEnum):
    """What a session is exported as."""

    MD = "md"
    JSON = "json"


def export(
    session: Annotated[str, typer.Argument(help="Which session, or the start of its id.")],
    format_: Annotated[
        Format,
        typer.Option("--format", help="md: its DevLog, which can be imported again. json: that and all its events."),
    ] = Format.MD,
) -> None:
    """Print a whole session as Markdown or as JSON. One that is still open is told as far as it got."""
    from engine.loop.export import session_as_json, session_as_markdown
    from engine.store.store import Store

    store = Store.open()
    id_ = store.session(session).id
    print(session_as_json(store, id_) if format_ is Format.JSON else session_as_markdown(store, id_), end="")


def _paced(events: Iterable[Event], speed: float) -> Iterator[Event]:
    """Waits between events as long as the session did, divided by ``speed``; not at all when that is 0."""
    before: datetime | None = None
    for event in events:
        if speed > 0:
            at = datetime.fromisoformat(event.at)
            if before is not None and at > before:
                time.sleep(min((at - before).total_seconds(), LONGEST_WAIT) / speed)
            before = at
        yield event


def _stepped(events: Iterable[Event]) -> Iterator[Event]:
    """Waits for a line on standard input before each state; its end ends the telling."""
    for event in events:
        if event.kind == "state" and event.status == "enter" and not sys.stdin.readline():
            return
        yield event


def _line(item: SessionRow) -> Row:
    from rusta_cli.narration import OUTCOME_ROLE

    outcome = (f"{item.outcome:<10}", OUTCOME_ROLE[item.outcome]) if item.outcome else ("open      ", OPEN_ROLE)
    at = f"{datetime.fromisoformat(item.at).astimezone():%Y-%m-%d %H:%M}  "
    name, branch = PurePath(item.path).name, f"  {item.branch}" if item.branch else ""
    # In the line itself, since labels are cut to their column and an id is there to be copied.
    return row(
        "", f"{item.id:<18} ", outcome, (at, "dim"), (name, "strong"), f"  {item.summary or ''}", (branch, "dim")
    )
