"""The commands of the diary: list, show, grade, comment, mark, import and export DevLogs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from rusta_cli.rows import Row, row
from rusta_cli.searching import CodeOption, MoveOption, OutcomeOption, TextOption, outcome_named

if TYPE_CHECKING:
    from engine.store.rows import DevLogRow
    from engine.store.store import Store

DevLogArgument = Annotated[
    str, typer.Argument(help="Which DevLog: its id or its session's, or the start of either.", metavar="ID")
]


class Axis(StrEnum):
    """What a DevLog is graded on."""

    CORRECTNESS = "correctness"
    CLARITY = "clarity"
    VOICE = "voice"
    PROCESS = "process"


class Mark(StrEnum):
    """What a DevLog may be set apart as."""

    GOLDEN = "golden"
    TRAINING_WORTHY = "training-worthy"


def build() -> typer.Typer:
    """The command group `rusta devlogs`."""
    group = typer.Typer(name="devlogs", help="Read, grade, import and export her diary.", no_args_is_help=True)
    for name, command in (
        ("list", list_),
        ("show", show),
        ("grade", grade),
        ("ungrade", ungrade),
        ("comment", comment),
        ("uncomment", uncomment),
        ("mark", mark),
        ("unmark", unmark),
        ("scores", scores),
        ("samples", samples),
        ("import", import_),
        ("export", export),
    ):
        group.command(name)(command)
    return group


def list_(
    limit: Annotated[int, typer.Option(help="How many, newest first; 0 is all.", min=0)] = 20,
    skip: Annotated[int, typer.Option(help="Leave out that many of the newest, to read in pages.", min=0)] = 0,
    text: TextOption = None,
    code: CodeOption = None,
    move: MoveOption = None,
    outcome: OutcomeOption = None,
    graded: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option("--graded/--ungraded", help="Only with a grade, or only with none.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a DevLog.")] = False,
) -> None:
    """List DevLogs, newest first."""
    from engine.store.store import Store

    found = Store.open().devlog_rows(
        limit or None, text=text, code=code, move=move, outcome=outcome_named(outcome), graded=graded, skip=skip
    )
    if as_json:
        for item in found:
            print(json.dumps(vars(item), ensure_ascii=False))
        return
    if not found and (text or code or move or outcome or graded is not None):
        _say("no DevLog is like that")
    elif not found:
        _say("no DevLog yet; a session writes one when it ends, and `rusta devlogs import` brings the seeds")
    else:
        width = max(len(item.id) for item in found)
        _show_rows(_line(item, width) for item in found)


def show(
    devlog: DevLogArgument,
    as_json: Annotated[
        bool, typer.Option("--json", help="The record, what the mentor left on it, and its page, as JSON.")
    ] = False,
) -> None:
    """Show a DevLog: a page on a terminal, its Markdown on a pipe."""
    from engine.loop.devlog_file import take_out
    from engine.store.store import Store
    from rusta_cli.diary_page import page, told
    from rusta_cli.rows import open_screen

    store = Store.open()
    filed = take_out(store, store.devlog_id(devlog))
    if as_json:
        print(json.dumps({**filed.model_dump(mode="json"), "page": told(filed.devlog)}, ensure_ascii=False))
        return
    screen = open_screen()
    screen.prose(page(filed))
    screen.close()


def grade(
    devlog: DevLogArgument,
    axis: Annotated[Axis, typer.Argument(help="What is graded.", metavar="AXIS", show_choices=True)],
    value: Annotated[int, typer.Argument(help="1 to 4.", min=1, max=4, metavar="VALUE")],
) -> None:
    """Grade a DevLog on correctness, clarity, voice or process, 1 to 4; a new grade counts in place of an earlier one.

    Correctness weighs what she learns: with 1 or 2 the session's green outcomes count as not green.
    """
    store, id_ = _named(devlog)
    store.add_grade(id_, axis.value, value)
    _say(f"{id_}: {axis.value} {value}")


def ungrade(devlog: DevLogArgument) -> None:
    """Take back the last grade given to a DevLog; the one before it counts again."""
    store, id_ = _named(devlog)
    taken = store.undo_grade(id_)
    if taken is None:
        _say(f"{id_} has no grade to take back")
        return
    before = store.grades(id_).get(taken.axis)
    again = f"; {before.value} counts again" if before else ""
    _say(f"{id_}: {taken.axis} {taken.value} is taken back{again}")


def comment(
    devlog: DevLogArgument,
    text: Annotated[str, typer.Argument(help="What you have to say.", metavar="TEXT")],
) -> None:
    """Write a comment beside a DevLog."""
    store, id_ = _named(devlog)
    store.add_comment(id_, text)
    _say(f"{id_}: {len(store.comments(id_))} to read with `rusta devlogs show`")


def uncomment(devlog: DevLogArgument) -> None:
    """Take back the last comment on a DevLog."""
    store, id_ = _named(devlog)
    taken = store.undo_comment(id_)
    _say(f"{id_}: “{taken.text}” is taken back" if taken else f"{id_} has no comment to take back")


MarkArgument = Annotated[Mark, typer.Argument(help="Which mark.", metavar="MARK", show_choices=True)]


def mark(devlog: DevLogArgument, as_what: MarkArgument) -> None:
    """Mark a DevLog as golden, or as training-worthy."""
    store, id_ = _named(devlog)
    new = store.add_mark(id_, as_what.value)
    _say(f"{id_} is {as_what.value}" if new else f"{id_} is {as_what.value} already")


def unmark(devlog: DevLogArgument, as_what: MarkArgument) -> None:
    """Take a mark off a DevLog."""
    store, id_ = _named(devlog)
    gone = store.remove_mark(id_, as_what.value)
    _say(f"{id_} is not {as_what.value} any more" if gone else f"{id_} is not {as_what.value}")


def scores(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a score.")] = False,
) -> None:
    """Show how her voice is graded: the mean with its 95 % interval, over all, by month and by brain."""
    from engine.evals.voice import VoiceGrade, voice_scores
    from engine.store.store import Store

    found = voice_scores(VoiceGrade(at[:7], brain, value) for at, brain, value in Store.open().grades_on("voice"))
    if as_json:
        for score in found:
            print(json.dumps(vars(score)))
    elif not found:
        _say("no DevLog has a grade on its voice yet; give one with: rusta devlogs grade ID voice 1 to 4")
    else:
        _show_rows(
            row("", f"{score.month or 'all':<9}", f"{score.brain or 'all brains':<14}", (f"{score.mean:.2f}", "strong"),
                f"  {score.low:.2f} to {score.high:.2f}", (f"  n {score.n}", "dim"))
            for score in found
        )  # fmt: skip


def samples(
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Write them to this file instead of stdout.", metavar="FILE"),
    ] = None,
    repository: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Only of this repository, as DevLogs name it.", metavar="REPOSITORY"),
    ] = None,
) -> None:
    """Turn DevLogs into training samples, weighed by their grades: one JSON object a line, {"weight", "sample"}.

    What was mended in a sealed case gives none: an exam is not learnt from.
    """
    from collections import Counter

    from engine.corpus.sources.devlogs import devlog_samples
    from engine.errors import RustaError
    from engine.evals.sealed import Sealed
    from engine.store.store import Store

    sealed = Sealed.load()
    counts: Counter[str] = Counter()

    def lines() -> Iterator[str]:
        for weighed in devlog_samples(Store.open(), repository, barred=sealed.bars):
            counts[weighed.sample.type] += 1
            told = {"weight": weighed.weight, "sample": weighed.sample.model_dump(mode="json")}
            yield json.dumps(told, ensure_ascii=False)

    if out is None:
        for line in lines():
            print(line)
        return
    try:
        with out.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines())
    except OSError as error:
        raise RustaError(f"{out} cannot be written: {error.strerror}", fix="name another file") from error
    told = ", ".join(f"{number} {family}" for family, number in sorted(counts.items()))
    _say(f"{out}: {told}" if counts else f"{out} is empty: no DevLog mended anything yet, or all are graded as wrong")


def import_(
    path: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(help="A file, or a folder of *.md files; the seeds that came with Rusta when left out."),
    ] = None,
) -> None:
    """Import DevLogs with their grades, comments and marks. All of them, or none."""
    from engine.loop.devlog_file import import_from
    from engine.resources import shipped
    from engine.store.store import Store

    imported = import_from(Store.open(), path or shipped("devlogs"))
    _show_rows(row("", f"{id_}  ", "imported" if new else ("was there", "dim")) for id_, new in imported)


def export(
    devlog: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="Which DevLog: its id or its session's, or the start of either.", metavar="[ID]"),
    ] = None,
    folder: Annotated[Optional[Path], typer.Argument(help="Where the files go.", metavar="DIR")] = None,  # noqa: UP045
    every: Annotated[Optional[Path], typer.Option("--all", help="Export every DevLog to DIR.", metavar="DIR")] = None,  # noqa: UP045
) -> None:
    """Export DevLogs as Markdown files that can be imported again: `export ID DIR`, or `export --all DIR`."""
    from engine.loop.devlog_file import export_to

    if (every is None) == (devlog is None or folder is None) or (every is not None and devlog is not None):
        raise typer.BadParameter("say either ID DIR or --all DIR")
    if every is not None:
        from engine.store.store import Store

        store = Store.open()
        ids, place = [item.id for item in store.devlog_rows(None)], every
    else:
        assert devlog is not None
        assert folder is not None
        store, id_ = _named(devlog)
        ids, place = [id_], folder
    _show_rows(row("", str(export_to(store, id_, place))) for id_ in ids)
    if not ids:
        _say("no DevLog to export yet")


def _named(devlog: str) -> tuple[Store, str]:
    """The store, and the id of the DevLog that is meant."""
    from engine.store.store import Store

    store = Store.open()
    return store, store.devlog_id(devlog)


def _say(text: str) -> None:
    _show_rows([row("", text)])


def _show_rows(lines: Iterable[Row]) -> None:
    from rusta_cli.rows import open_screen

    screen = open_screen()
    try:
        for line in lines:
            screen.show(line)
    finally:
        screen.close()


def _line(item: DevLogRow, width: int) -> Row:
    from rusta_cli.narration import OUTCOME_ROLE

    at = f"{datetime.fromisoformat(item.at).astimezone():%Y-%m-%d %H:%M}  "
    grades = " ".join(f"{axis} {value}" for axis, value in item.grades.items())
    beside = [grades or "ungraded", *item.marks, *([f"{item.comments} commented"] if item.comments else [])]
    # In the line itself, since labels are cut to their column and an id is there to be copied.
    return row(
        "",
        f"{item.id:<{width}}  ",
        (f"{item.outcome:<10}", OUTCOME_ROLE[item.outcome]),
        (at, "dim"),
        (PurePath(item.repository).name, "strong"),
        f"  {item.summary}",
        (f"  {' · '.join(beside)}", "dim"),
    )
