"""A DevLog as a file, with what the mentor left on it: grades, comments and marks stand in the head, under `mentor`.

    ---
    v: 1
    id: …
    mentor:
      grades:
      - axis: clarity
        value: 3
        at: '2026-01-02T03:04:05.678Z'
      comments: …
      marks: …
    ---

The DevLog itself is written and read by `engine.loop.devlog_format`, for which that key is not there. Grades are
all that were given, in order, so that one can still be taken back where the file is imported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from engine.errors import RecordError, RustaError
from engine.loop.devlog_format import from_markdown, to_markdown
from engine.schema.base import Record, first_problem
from engine.schema.devlog import DevLog
from engine.store.store import Store

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_NAME_LENGTH = 120
T = TypeVar("T", bound=Record)


class GradeNote(Record):
    """A grade, 1 to 4, on an axis; ``at`` is when (UTC)."""

    axis: str
    value: int
    at: str


class CommentNote(Record):
    """A comment; ``at`` is when (UTC)."""

    text: str
    at: str


class MarkNote(Record):
    """A mark, such as "golden"; ``at`` is when (UTC)."""

    mark: str
    at: str


class Mentor(Record):
    """What the mentor left on a DevLog."""

    grades: tuple[GradeNote, ...] = ()
    comments: tuple[CommentNote, ...] = ()
    marks: tuple[MarkNote, ...] = ()


class FiledDevLog(Record):
    """A DevLog and what the mentor left on it."""

    devlog: DevLog
    mentor: Mentor = Mentor()


def write_file(filed: FiledDevLog) -> str:
    """The text of the file. `read_file` gives the same back."""
    text = to_markdown(filed.devlog)
    if filed.mentor == Mentor():
        return text
    told = filed.mentor.model_dump(mode="json", exclude_defaults=True)
    block = yaml.dump({"mentor": told}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    end = text.index("\n---\n", 3) + 1
    return text[:end] + block + text[end:]


def read_file(text: str) -> FiledDevLog:
    """Reads a file, written by `write_file` or by hand.

    Raises `RecordError` with one line on what is wrong, `UnknownVersionError` for another version of the schema.
    """
    devlog = from_markdown(text)
    head = re.split(r"^---\r?$", text.removeprefix("\ufeff"), maxsplit=2, flags=re.MULTILINE)[1]
    # Every scalar as the text it is: a time that somebody wrote without quotes is no date here.
    told = yaml.load(head, Loader=yaml.BaseLoader).get("mentor")
    try:
        return FiledDevLog(devlog=devlog, mentor=Mentor.model_validate(told or {}))
    except ValidationError as error:
        raise RecordError(f"not a DevLog: in the head, mentor: {first_problem(error)}") from error


def take_out(store: Store, devlog: str) -> FiledDevLog:
    """A DevLog of the store with what was left on it; `StoreError` when there is none of that id."""
    return FiledDevLog(
        devlog=store.devlog(devlog),
        mentor=Mentor(
            grades=tuple(
                GradeNote(axis=grade.axis, value=grade.value, at=grade.at) for grade in store.all_grades(devlog)
            ),
            comments=tuple(CommentNote(text=comment.text, at=comment.at) for comment in store.comments(devlog)),
            marks=tuple(MarkNote(mark=mark.mark, at=mark.at) for mark in store.marks(devlog)),
        ),
    )


def put_in(store: Store, filed: FiledDevLog) -> bool:
    """Keeps a DevLog in the store and adds what the mentor left on it and the store does not have yet.

    Returns False when the DevLog was there already. Raises `StoreError` for a grade that is none, and `RecordError`
    when another DevLog has its id: a diary is not rewritten by a file. Nothing has changed then.
    """
    devlog = filed.devlog
    with store.transaction():
        known = store.has_devlog(devlog.id)
        if known and store.devlog(devlog.id) != devlog:
            raise RecordError(
                f"the store has another DevLog {devlog.id}",
                fix=f"give the one in the file another id, or compare: rusta devlogs show {devlog.id}",
            )
        if not known:
            store.save_devlog(devlog)
        there = take_out(store, devlog.id).mentor
        for grade in _missing(filed.mentor.grades, there.grades):
            store.add_grade(devlog.id, grade.axis, grade.value, at=grade.at)
        for comment in _missing(filed.mentor.comments, there.comments):
            store.add_comment(devlog.id, comment.text, at=comment.at)
        for mark in filed.mentor.marks:
            store.add_mark(devlog.id, mark.mark, at=mark.at)
    return not known


def _missing(wanted: Sequence[T], there: Sequence[T]) -> list[T]:
    """What is wanted and not there, as often as it is wanted more often."""
    left = list(there)
    missing = []
    for one in wanted:
        if one in left:
            left.remove(one)
        else:
            missing.append(one)
    return missing


def import_from(store: Store, path: Path) -> list[tuple[str, bool]]:
    """Imports a file, or every ``*.md`` of a folder: ids with whether they are new. All of them, or none.

    Raises `RustaError` that names the file for what cannot be read, or is no DevLog.
    """
    files = sorted(path.glob("*.md")) if path.is_dir() else [path]
    if not files:
        raise RustaError(f"there is no DevLog in {path}", fix="name a folder with *.md files in it, or a file")
    imported = []
    with store.transaction():
        for file in files:
            try:
                filed = read_file(file.read_bytes().decode())
                imported.append((filed.devlog.id, put_in(store, filed)))
            except OSError as error:
                raise RustaError(f"{file} cannot be read: {error.strerror}", fix="check the path") from error
            except UnicodeDecodeError as error:
                raise RecordError(f"{file}: not a DevLog: it is not UTF-8") from error
            except RustaError as error:
                raise type(error)(f"{file}: {error}", fix=error.fix) from error
    return imported


def export_to(store: Store, devlog: str, folder: Path) -> Path:
    """Writes a DevLog of the store to ``<its id>.md`` in a folder, which is made, and returns the file's path.

    An earlier export of the same DevLog is replaced. Raises `RustaError` when the file is something else, or cannot
    be written.
    """
    text = write_file(take_out(store, devlog))
    path = folder / f"{_file_name(devlog)}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_export_of(devlog, path):
            raise RustaError(f"{path} is there and is not this DevLog", fix="export to another folder")
        path.write_bytes(text.encode())
    except OSError as error:
        raise RustaError(
            f"{path} cannot be written: {error.strerror}", fix="name a folder that you may write to"
        ) from error
    return path


def _is_export_of(devlog: str, path: Path) -> bool:
    try:
        return from_markdown(path.read_bytes().decode()).id == devlog
    except (UnicodeDecodeError, RustaError):
        return False


def _file_name(id_: str) -> str:
    """The id where that is a harmless name; else what is harmless of it, with a hash so that no two are the same."""
    name = _UNSAFE.sub("_", id_).lstrip(".")[:_NAME_LENGTH]
    return name if name == id_ else f"{name}-{hashlib.sha256(id_.encode()).hexdigest()[:8]}"


class _Dumper(yaml.SafeDumper):
    """Text always in double quotes where it is more than one plain line: PyYAML gives exactly that back."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if value.isprintable() else '"')


_Dumper.add_representer(str, _text)
