"""Every record is read back as it was written, and its JSON Schema agrees with both."""

import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from engine.errors import ProtocolError, RecordError, UnknownVersionError
from engine.schema import decision, devlog, event, patch, samples
from engine.schema.base import Record
from engine.schema.case import Case
from engine.schema.diagnostic import Diagnostic
from engine.schema.export import RECORDS, schema
from engine.schema.provenance import Provenance

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


def values(kind: Any) -> st.SearchStrategy[Any]:
    if kind is Any:
        return JSON
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
    if origin is dict:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=2)
    return st.from_type(kind)


# The record, what reads it, and the name of its schema.
READERS: list[tuple[Any, Callable[[str], Any], str]] = [
    (Diagnostic, Diagnostic.read, "diagnostic"),
    (patch.Patch, patch.Patch.read, "patch"),
    (devlog.DevLog, devlog.DevLog.read, "devlog"),
    (Provenance, Provenance.read, "provenance"),
    (Case, Case.read, "case"),
    *((kind, event.read_event, "event") for kind in typing.get_args(event.Event)),
    *((kind, decision.read_decision, "decision") for kind in typing.get_args(decision.Decision)),
    (samples.CanonTeach, samples.read_sample, "canon_teach"),
    (samples.DiagFix, samples.read_sample, "diag_fix"),
    (samples.PrPair, samples.read_sample, "pr_pair"),
    (samples.ExplainDiff, samples.read_sample, "explain_diff"),
    (samples.StyleGuide, samples.read_sample, "style_guide"),
]
VALIDATORS = {name: Draft202012Validator(schema(name)) for name in RECORDS}


def test_every_published_record_is_tried_here() -> None:
    assert {name for *_, name in READERS} == set(RECORDS)


@pytest.mark.parametrize(("kind", "read", "name"), READERS, ids=[kind.__name__ for kind, *_ in READERS])
def test_a_record_is_read_back_as_it_was_and_its_schema_knows_it(
    kind: Any, read: Callable[[str], Any], name: str
) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values(kind))
    def holds(record: Any) -> None:
        text = record.model_dump_json()
        assert "\n" not in text  # one line, as the event stream and JSONL files need it
        assert read(text) == record
        VALIDATORS[name].validate(json.loads(text))

    holds()


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_a_schema_is_valid_and_refuses_what_is_no_record(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    for stranger in ([], "text", 1, {"kind": "weather"}):
        assert not VALIDATORS[name].is_valid(stranger)


@pytest.mark.parametrize("name", sorted(set(RECORDS) - {"event", "decision"}))
def test_a_schema_refuses_another_version(name: str) -> None:
    assert schema(name)["properties"]["v"]["const"] == 1


def say(**changes: Any) -> dict[str, Any]:
    return {"v": 1, "seq": 7, "at": "2026-01-02T03:04:05.678Z", "session": "s", "kind": "say", "text": "hi", **changes}


def test_an_event_is_told_apart_by_its_kind_and_new_fields_are_ignored() -> None:
    read = event.read_event(say(mood="sharp"))
    assert isinstance(read, event.SayEvent)
    assert read.seq == 7
    VALIDATORS["event"].validate(say(mood="sharp"))


@pytest.mark.parametrize(
    "bad", [say(kind="weather"), say(seq="seven"), say(seq=1.5), say(seq=None), {**say(), "session": None}]
)
def test_what_is_no_event_is_refused_by_reader_and_schema(bad: dict[str, Any]) -> None:
    with pytest.raises(RecordError) as caught:
        event.read_event(bad)
    assert "\n" not in str(caught.value)
    assert not VALIDATORS["event"].is_valid(bad)


def test_an_event_names_its_place_in_the_list() -> None:
    unnumbered = {name: value for name, value in say().items() if name != "seq"}
    with pytest.raises(RecordError, match="seq: Field required"):
        event.read_event(unnumbered)
    assert not VALIDATORS["event"].is_valid(unnumbered)


@pytest.mark.parametrize("read", [event.read_event, samples.read_sample, Case.read, devlog.DevLog.read])
def test_another_version_is_a_clear_error_whatever_else_it_holds(read: Callable[[Any], Any]) -> None:
    with pytest.raises(UnknownVersionError, match="version 2; this Rusta reads version 1"):
        read({"v": 2, "shape": "of the future"})


@pytest.mark.parametrize("line", ["", "yes", "[]", '{"kind":"verdict"}', '{"kind":"weather"}', '{"verdict":"veto"}'])
def test_a_line_that_is_no_decision_is_refused_in_one_line(line: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        decision.read_decision(line)
    assert "\n" not in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_cannot_carry_is_refused_when_the_record_is_made(value: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        event.MeterEvent(seq=1, at="t", session="s", name="budget", value=value)


def test_a_record_cannot_be_changed() -> None:
    read = event.read_event(say())
    with pytest.raises(ValidationError, match="frozen"):
        read.seq = 8
