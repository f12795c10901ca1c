"""A DevLog as Markdown: nothing is lost on the way, and bad input is named in one line."""

import types
import typing
from enum import Enum
from typing import Any, Literal

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import RecordError, UnknownVersionError
from engine.loop.devlog_format import from_markdown, to_markdown
from engine.schema.base import Record
from engine.schema.devlog import DevLog, Entry, Outcome, ProbeNote, ValidationNote
from engine.schema.patch import Edit, FileImage, Patch

# What Markdown and YAML could stumble over, mixed with everything else.
MARKDOWN = ["# x", "\\# x", "## 1. y", "### Intent", "### Nothing", "---", "```", "```yaml", "```diff", "````"]
YAML = ["- a", "a: b", "|", ">", "null", "true", "1e5", "2026-01-01"]
SPACE = ["", " ", "\n", "\r\n", "\t", "\x00", "\x85", "\u2028", "\ufeff"]
TRICKY = st.sampled_from([*MARKDOWN, *YAML, *SPACE])
TEXT = st.one_of(st.text(), TRICKY, st.lists(st.one_of(TRICKY, st.text(max_size=8)), max_size=6).map("\n".join))


def values(kind: Any) -> st.SearchStrategy[Any]:
    if kind is str:
        return TEXT
    if kind is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if isinstance(kind, type) and issubclass(kind, Record):
        return st.builds(kind, **{name: values(field.annotation) for name, field in kind.model_fields.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(values(one) for one in inner))
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    return st.from_type(kind)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(values(DevLog))
def test_what_is_written_is_read_back_field_by_field(devlog: DevLog) -> None:
    text = to_markdown(devlog)
    assert from_markdown(text) == devlog
    assert from_markdown(text.replace("\n", "\r\n")) == devlog


def devlog() -> DevLog:
    patch = Patch(
        id="p1",
        intent="Take the length before the push",
        move="hoist-read",
        diagnostics=("d1",),
        edits=(Edit(path="src/lib.rs", byte_start=4, byte_end=5, before="a", after="b"),),
        inverse=(Edit(path="src/lib.rs", byte_start=4, byte_end=5, before="b", after="a"),),
        files=(FileImage(path="src/lib.rs", before="0" * 64, after="1" * 64),),
        diff="--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1 +1 @@\n-let a;\n+let b;\n",
        inverse_diff="--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1 +1 @@\n-let b;\n+let a;\n",
    )
    entry = Entry(
        diagnostic="d1",
        code="E0502",
        message="cannot borrow `v` as mutable because it is also borrowed as immutable",
        where="src/lib.rs:4",
        gear="quick",
        attempts=1,
        intent="Take the length before the push.",
        move="hoist-read",
        confidence=0.91,
        probes=(
            ProbeNote(probe="trial", command="cargo check", seconds=0.4, verdict="supports", finding="it is gone"),
        ),
        patch=patch,
        validation=(ValidationNote(command="cargo test", seconds=1.2, passed=True, summary="3 passed"),),
        reflection="Two-phase borrows do not reach through an index.",
        explanation="The borrow lives on:\n\n```rust\n#[derive(Debug)]\n# hidden line\nlet first = &v[0];\n```",
        citations=("book/ch04-02-references-and-borrowing.html",),
        outcome=Outcome.FIXED,
    )
    return DevLog(
        id="L1",
        session="s1",
        at="2026-01-02T03:04:05.678Z",
        repository="practice-1a2b3c4d",
        base="1234567",
        brain="search",
        outcome=Outcome.FIXED,
        summary="One borrow error, fixed by hoisting a read",
        entries=(entry,),
        tags=("error/E0502", "move/hoist-read"),
    )


def test_the_file_reads_like_a_diary() -> None:
    text = to_markdown(devlog())
    order = [
        "---\nv: 1\nid: L1\n",
        "\n# One borrow error, fixed by hoisting a read\n",
        "\n## 1. cannot borrow `v` as mutable because",
        "\n### Intent\n\nTake the length before the push.\n",
        "\n### Explanation\n\nThe borrow lives on:\n\n```rust\n#[derive(Debug)]\n",
        "\n### Probes\n\n```yaml\n- probe: trial\n",
        "\n```diff\n--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1 +1 @@\n-let a;\n+let b;\n```\n",
        "\n### Validation\n",
        "\n### Reflection\n\nTwo-phase borrows do not reach through an index.\n",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert from_markdown(text) == devlog()


def test_a_hand_written_one_may_leave_out_what_has_a_default_and_write_times_bare() -> None:
    text = """---
id: seed-1
session: seed-1
at: 2026-01-02T03:04:05Z
repository: practice
base: 1f2e3d4c
brain: mentor
outcome: abstained
---

# The lifetime was the question, not the answer

## 1. missing lifetime specifier

```yaml
diagnostic: seed
code: E0106
where: src/lib.rs:1
gear: deep
attempts: 2
move: null
confidence: 0.4
outcome: abstained
```

### Intent

Ask who owns the text.

### Decision record

Nobody knows yet.
"""
    read = from_markdown(text)
    assert read.at == "2026-01-02T03:04:05Z"
    assert (read.summary, read.entries[0].message) == (
        "The lifetime was the question, not the answer",
        "missing lifetime specifier",
    )
    assert (read.entries[0].intent, read.entries[0].adr) == ("Ask who owns the text.", "Nobody knows yet.")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: "", "YAML head"),
        (lambda text: text[4:], "YAML head"),
        (lambda text: text.replace("id: L1", "id: [L1"), "the head is not YAML, line"),
        (lambda text: text.replace("outcome: fixed", "outcome: splendid", 1), "outcome"),
        (lambda text: text.replace("id: L1\n", "", 1), "id: Field required"),
        (lambda text: text.replace("### Reflection", "### Refection"), "'Refection'"),
        (lambda text: text.replace("### Reflection", "### Intent"), "two sections 'Intent'"),
        (lambda text: text.replace("\n## 1.", "\nA stray line.\n\n## 1."), "belongs to no entry"),
        (lambda text: text.replace("\n### Intent", "\nA stray line.\n\n### Intent"), "one block of YAML"),
        (lambda text: text.replace("### Probes\n", "### Probes\n\nnone\n"), "outside its block"),
        (lambda text: text.replace("- probe: trial", "- probe: [trial"), "Probes of entry 1 is not YAML"),
        (lambda text: text.replace("3 passed\n```", "3 passed\n"), "not closed"),
        (lambda text: "---\n- 1\n---\n", "the head has to be a YAML mapping"),
        (lambda text: "---\n!!python/object:os.system {}\n---\n", "not YAML"),
    ],
)
def test_bad_input_is_named_in_one_line(change: Any, problem: str) -> None:
    with pytest.raises(RecordError) as caught:
        from_markdown(change(to_markdown(devlog())))
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_version_is_refused() -> None:
    with pytest.raises(UnknownVersionError, match="version 2"):
        from_markdown(to_markdown(devlog()).replace("v: 1", "v: 2", 1))


def test_the_head_is_plain_yaml_for_other_tools() -> None:
    head = to_markdown(devlog()).split("---\n")[1]
    assert yaml.safe_load(head)["tags"] == ["error/E0502", "move/hoist-read"]
