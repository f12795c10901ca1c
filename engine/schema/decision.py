"""What the mentor sends: one JSON object a line on the engine's standard input."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from engine.errors import ProtocolError, RecordError
from engine.schema.base import Record, first_problem, parse_object


class Verdict(Record):
    """The mentor's word on a patch under review.

    ``hunks`` (counted from 0 over the whole diff) keeps only those hunks; None keeps all. ``lines`` drops single
    lines of kept hunks: hunk → rows of its body, counted from 0, that are not to be changed (an added line stays
    out, a removed line stays in). With "edit", ``files`` maps each edited path to its whole new text. ``reason``
    reaches her next hypothesis.
    """

    kind: Literal["verdict"] = "verdict"
    patch: str
    verdict: Literal["approve", "veto", "edit"]
    hunks: tuple[int, ...] | None = None
    lines: dict[int, tuple[int, ...]] | None = None
    files: dict[str, str] | None = None
    reason: str = ""


class Answer(Record):
    """The mentor's answer to a question of hers."""

    kind: Literal["answer"] = "answer"
    ask: str
    text: str


class Pause(Record):
    """Hold before the next state."""

    kind: Literal["pause"] = "pause"


class Resume(Record):
    """Go on after a pause."""

    kind: Literal["resume"] = "resume"


class Stop(Record):
    """End the session now; what stands in the sandbox is undone, the DevLog is written."""

    kind: Literal["stop"] = "stop"


class Undo(Record):
    """Take back the last patch of this session and think again."""

    kind: Literal["undo"] = "undo"


Decision = Verdict | Answer | Pause | Resume | Stop | Undo
DECISION_ADAPTER: TypeAdapter[Decision] = TypeAdapter(Annotated[Decision, Field(discriminator="kind")])


def read_decision(line: str | bytes | dict[str, Any]) -> Decision:
    """Reads one decision; `ProtocolError` when the line is none."""
    try:
        return DECISION_ADAPTER.validate_python(parse_object(line, "decision"))
    except RecordError as error:
        raise ProtocolError(str(error), fix='send one JSON object a line, such as {"kind":"pause"}') from error
    except ValidationError as error:
        raise ProtocolError(f"not a decision: {first_problem(error)}", fix="see docs/protocol.md") from error
