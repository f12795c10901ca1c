"""The samples carry the fields that the vision's schemas A to C ask for."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.errors import RecordError
from engine.schema.export import schema
from engine.schema.samples import CanonTeach, DiagFix, PrPair, read_sample

ORIGIN = {"source": "rust-book", "url": "https://doc.rust-lang.org/book/"}

CANON_TEACH = {
    "type": "canon_teach",
    "source": "rust-book",
    "topic": "ownership/borrowing",
    "prompt": "Explain why this borrow fails and show a minimal fix.",
    "context": "<short excerpt or linkable anchor>",
    "target": {
        "explanation": "...",
        "code_before": "...",
        "code_after": "...",
        "citations": ["doc.rust-lang.org/book/...#anchor"],
    },
    "license": "MIT OR Apache-2.0",
    "spdx": ["MIT", "Apache-2.0"],
}
SPAN = {
    "file": "src/lib.rs",
    "byte_start": 92,
    "byte_end": 95,
    "line_start": 4,
    "line_end": 4,
    "column_start": 21,
    "column_end": 24,
    "primary": True,
}
DIAG_FIX = {
    "type": "diag_fix",
    "crate": "foo",
    "version": "1.2.3",
    "error": {
        "id": "d1",
        "level": "error",
        "tool": "rustc",
        "code": "E0502",
        "spans": [SPAN],
        "message": "cannot borrow ...",
        "suggestions": [{"message": "clone it", "applicability": "MaybeIncorrect", "parts": []}],
    },
    "code_before": "...",
    "patch_diff": "diff --git ...",
    "code_after": "...",
    "tests": {"before": "red", "after": "green"},
    "explanation": "We move borrow into inner scope to satisfy ...",
    "license": "MIT",
    "provenance": {"repo": "...", "commit": "..."},
}
PR_PAIR = {
    "type": "pr_pair",
    "repo": "org/proj",
    "pr": 1234,
    "commit_msg": "Fix UB in Send impl by guarding ...",
    "review_comments": ["..."],
    "before_tree": "git tree hash",
    "patch_diff": "...",
    "after_tree": "...",
    "ci": {"status": "pass"},
    "license": "Apache-2.0",
}
VISION = [(CANON_TEACH, CanonTeach), (DIAG_FIX, DiagFix), (PR_PAIR, PrPair)]
NAMES = ["canon_teach", "diag_fix", "pr_pair"]


def with_origin(sample: dict[str, Any]) -> dict[str, Any]:
    """The vision's example and where it comes from, which every sample of ours has to tell."""
    return {**sample, "provenance": {**ORIGIN, **sample.get("provenance", {})}}


def holds(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return all(name in whole and holds(whole[name], value) for name, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(holds(*pair) for pair in zip(whole, part, strict=True))
    return bool(whole == part)


@pytest.mark.parametrize(("sample", "kind"), VISION, ids=NAMES)
def test_the_visions_own_example_is_read_and_kept_whole(sample: dict[str, Any], kind: type) -> None:
    read = read_sample(with_origin(sample))
    assert isinstance(read, kind)
    written = read.model_dump(mode="json")
    assert holds(written, sample)
    Draft202012Validator(schema(str(sample["type"]))).validate(written)


@pytest.mark.parametrize(("sample", "kind"), VISION, ids=NAMES)
def test_a_sample_without_licence_or_origin_is_refused(sample: dict[str, Any], kind: type) -> None:
    whole = with_origin(sample)
    for needed in ("license", "provenance"):
        with pytest.raises(RecordError, match=f"{needed}: Field required"):
            read_sample({name: value for name, value in whole.items() if name != needed})


@pytest.mark.parametrize(("sample", "kind"), VISION, ids=NAMES)
def test_every_field_of_the_vision_but_optional_ones_is_required(sample: dict[str, Any], kind: Any) -> None:
    required = {name for name, field in kind.model_fields.items() if field.is_required()}
    assert set(sample) - {"type", "spdx", "review_comments"} <= required


def test_the_families_that_the_vision_only_names_are_read_too() -> None:
    explain = {"type": "explain_diff", "patch_diff": "...", "context": "...", "explanation": "...", "license": "MIT"}
    style = {"type": "style_guide", "rule": "...", "code_before": "a", "code_after": "b", "rationale": "..."}
    for sample in (explain, {**style, "license": "MIT"}):
        read = read_sample(with_origin(sample))
        assert holds(read.model_dump(mode="json"), sample)


def test_a_family_that_is_unknown_is_refused() -> None:
    with pytest.raises(RecordError, match="not a sample"):
        read_sample(with_origin({**CANON_TEACH, "type": "horoscope"}))
