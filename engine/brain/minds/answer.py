"""The one form in which a model may propose a change: one JSON object, parsed strictly, located exactly, or refused.

    {"cause": "…", "intent": "…", "confidence": 0.7,
     "edits": [{"path": "src/lib.rs", "find": "text as it stands, once in the file", "replace": "new text"}]}

`{"abstain": "why"}` says that there is nothing to propose. `find` has to occur exactly once; line ends are taken as the
file has them. What does not fit is an `AnswerRefusedError`: garbage costs time and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.brain.moves.edits import normal
from engine.errors import RustaError
from engine.schema.base import first_problem
from engine.schema.patch import Edit

MOST_EDITS = 16
LONGEST_TEXT = 20_000
_LONGEST_LINE = 300


class AnswerRefusedError(RustaError):
    """What a model wrote is no answer in the one form, or its edits do not fit the files."""


def _one_line(text: str) -> str:
    """The text as one line of what can be printed: it ends in commit messages and on terminals."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


_Line = Annotated[str, Field(max_length=_LONGEST_LINE), AfterValidator(_one_line)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Replacement(_Strict):
    """In the file at ``path``, the one place that reads ``find`` becomes ``replace``."""

    path: str = Field(min_length=1, max_length=_LONGEST_LINE)
    find: str = Field(min_length=1, max_length=LONGEST_TEXT)
    replace: str = Field(max_length=LONGEST_TEXT)


class Answer(_Strict):
    """A proposal, or the reason why there is none. ``confidence`` is the model's own word, from 0 to 1."""

    cause: _Line = ""
    intent: _Line = ""
    confidence: float = Field(0.5, ge=0, le=1)
    edits: tuple[Replacement, ...] = Field((), max_length=MOST_EDITS)
    abstain: _Line = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Answer:
        if bool(self.edits) == bool(self.abstain):
            raise ValueError("an answer has either edits or a reason to abstain")
        return self


def answer_schema() -> dict[str, Any]:
    """The JSON Schema of an answer, for servers and decoders that can be held to one."""
    return Answer.model_json_schema()


def decoder_schema() -> dict[str, Any]:
    """The same for a decoder that follows a schema to the letter: every key, in order, and edits or an abstention."""
    whole = answer_schema()
    known = {
        name: {key: value for key, value in one.items() if key != "default"}
        for name, one in whole["properties"].items()
    }
    why = known.pop("abstain")
    known["edits"] = known["edits"] | {"minItems": 1}
    forms = (known, {"abstain": why | {"minLength": 1}})
    parts = [
        {"type": "object", "properties": one, "required": list(one), "additionalProperties": False} for one in forms
    ]
    return {"$defs": whole["$defs"], "anyOf": parts}


def complete_object(text: str) -> str | None:
    """The first JSON object of the text from brace to brace, None while there is none that is closed.

    Thoughts before it (up to ``</think>``; some servers keep their opening tag) and a fence around it do not count.
    """
    start = text.find("{", _after_thoughts(text))
    if start < 0:
        return None
    try:
        _, end = json.JSONDecoder(strict=True).raw_decode(text, start)
    except ValueError:
        return None
    return text[start:end]


def _after_thoughts(text: str) -> int:
    """Where the thoughts end; the text's own end while they do not."""
    if text.lstrip().startswith(("{", "`")):
        return 0
    end = text.find("</think>")
    return end + len("</think>") if end >= 0 else len(text) if text.lstrip().startswith("<think>") else 0


def parse_answer(text: str) -> Answer:
    """Reads what a model wrote; `AnswerRefusedError` with one line when it is not exactly one answer."""
    found = complete_object(text)
    if found is None:
        raise AnswerRefusedError("the model's answer holds no complete JSON object")
    start = text.find(found, _after_thoughts(text))
    tail = text[start + len(found) :].strip().strip("`").strip()
    if tail:
        raise AnswerRefusedError("the model wrote on after its answer")
    try:
        return Answer.model_validate_json(found)
    except ValidationError as error:
        raise AnswerRefusedError(f"the model's answer is not in the edit format: {first_problem(error)}") from error


def located(answer: Answer, read: Callable[[str], bytes | None]) -> tuple[Edit, ...]:
    """The answer's replacements as edits of the files as they stand, smallest form, in order.

    Raises `AnswerRefusedError` for a path outside the repository, a file that is not there or not UTF-8, a text that
    is not there or there more than once, and replacements that overlap or change nothing.
    """
    edits = [_edit(replacement, read) for replacement in answer.edits]
    ordered = sorted(edits, key=lambda edit: (edit.path, edit.byte_start))
    for one, other in pairwise(ordered):
        if one.path == other.path and other.byte_start < one.byte_end:
            raise AnswerRefusedError(f"two of the model's edits overlap in {one.path}")
    changed = normal(ordered)
    if not changed:
        raise AnswerRefusedError("the model's edits change nothing")
    return changed


def _edit(replacement: Replacement, read: Callable[[str], bytes | None]) -> Edit:
    path = replacement.path
    if path.startswith(("/", "~")) or "\\" in path or any(part in ("", ".", "..", ".git") for part in path.split("/")):
        raise AnswerRefusedError(f"the model's path {path!r} is not one inside the repository")
    content = read(path)
    if content is None:
        raise AnswerRefusedError(f"the model would edit {path}, which is not there")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise AnswerRefusedError(f"the model would edit {path}, which is not UTF-8") from error
    find, replace = replacement.find, replacement.replace
    if "\r\n" in text and "\r\n" not in find:
        find, replace = find.replace("\n", "\r\n"), replace.replace("\r\n", "\n").replace("\n", "\r\n")
    first = text.find(find)
    if first < 0:
        raise AnswerRefusedError(f"the text that the model would replace is not in {path}")
    if text.find(find, first + 1) >= 0:
        raise AnswerRefusedError(f"the text that the model would replace is more than once in {path}")
    start = len(text[:first].encode())
    return Edit(path=path, byte_start=start, byte_end=start + len(find.encode()), before=find, after=replace)
