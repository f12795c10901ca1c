"""Training samples, one class a family, with the fields that every family is traced by."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from engine.errors import RecordError
from engine.schema.base import Record, VersionedRecord, check_version, first_problem, parse_object
from engine.schema.diagnostic import Diagnostic
from engine.schema.provenance import Provenance

TestColour = Literal["red", "green", "none"]


class Sample(VersionedRecord):
    """What every sample carries: its licence as an SPDX expression, its identifiers, its origin."""

    license: str
    spdx: tuple[str, ...] = ()
    provenance: Provenance


class CanonTarget(Record):
    """What a good teacher answers."""

    explanation: str
    code_before: str | None = None
    code_after: str | None = None
    citations: tuple[str, ...] = ()


class CanonTeach(Sample):
    """A concept of the Rust canon, taught from its source."""

    type: Literal["canon_teach"] = "canon_teach"
    source: str
    topic: str
    prompt: str
    context: str
    target: CanonTarget


class TestsBeforeAfter(Record):
    """The colour of the tests around a fix; "none" where there were none to run."""

    before: TestColour
    after: TestColour


class DiagFix(Sample):
    """A diagnostic, the smallest patch that clears it, and what the tests said."""

    type: Literal["diag_fix"] = "diag_fix"
    crate: str
    version: str
    error: Diagnostic
    code_before: str
    patch_diff: str
    code_after: str
    tests: TestsBeforeAfter
    explanation: str


class ContinuousIntegration(Record):
    """The result of the checks that ran on a pull request."""

    status: Literal["pass", "fail", "unknown"]


class PrPair(Sample):
    """A merged pull request: the trees around it, its diff, its review."""

    type: Literal["pr_pair"] = "pr_pair"
    repo: str
    pr: int
    commit_msg: str
    review_comments: tuple[str, ...] = ()
    before_tree: str
    patch_diff: str
    after_tree: str
    ci: ContinuousIntegration


class ExplainDiff(Sample):
    """A diff and the words a reviewer understands it by."""

    type: Literal["explain_diff"] = "explain_diff"
    patch_diff: str
    context: str
    explanation: str


class StyleGuide(Sample):
    """A rule of style, with code that breaks it and code that keeps it."""

    type: Literal["style_guide"] = "style_guide"
    rule: str
    code_before: str
    code_after: str
    rationale: str


AnySample = Annotated[CanonTeach | DiagFix | PrPair | ExplainDiff | StyleGuide, Field(discriminator="type")]
_ADAPTER: TypeAdapter[CanonTeach | DiagFix | PrPair | ExplainDiff | StyleGuide] = TypeAdapter(AnySample)


def read_sample(data: str | bytes | dict[str, Any]) -> CanonTeach | DiagFix | PrPair | ExplainDiff | StyleGuide:
    """Reads a sample of any family; `UnknownVersionError` or `RecordError` when it is none."""
    fields = parse_object(data, "sample")
    check_version(fields, "sample")
    try:
        return _ADAPTER.validate_python(fields)
    except ValidationError as error:
        raise RecordError(f"not a sample: {first_problem(error)}") from error
