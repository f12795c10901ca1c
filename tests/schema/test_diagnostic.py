"""Diagnostics of later toolchains: new fields are ignored, new enum values keep the weakest meaning."""

import json
from typing import Any

import pytest

from engine.errors import RecordError, UnknownVersionError
from engine.schema.diagnostic import Applicability, Diagnostic, Level, Tool

# What rustc wrote, less its long texts; "confidence", "edition_hint" and the values "hint" and
# "ProbablyCorrect" are not of any rustc yet.
RUSTC = json.loads(r"""
{"rendered": "error[E0308]: mismatched types\n --> src/lib.rs:4:21\n", "$message_type": "diagnostic",
 "children": [{"children": [], "code": null, "level": "help", "message": "try using a conversion method",
   "rendered": null, "spans": [{"byte_end": 95, "byte_start": 95, "column_end": 24, "column_start": 24,
     "expansion": null, "file_name": "src/lib.rs", "is_primary": true, "label": null, "line_end": 4, "line_start": 4,
     "suggested_replacement": ".to_string()", "suggestion_applicability": "MaybeIncorrect",
     "text": [{"highlight_end": 24, "highlight_start": 24, "text": "    let s: String = \"a\";"}]}]}],
 "level": "error", "message": "mismatched types", "spans": [{"byte_end": 95, "byte_start": 92, "column_end": 24,
   "column_start": 21, "expansion": null, "file_name": "src/lib.rs", "is_primary": true,
   "label": "expected `String`, found `&str`", "line_end": 4, "line_start": 4, "suggested_replacement": null,
   "suggestion_applicability": null, "confidence": 0.9,
   "text": [{"highlight_end": 24, "highlight_start": 21, "text": "    let s: String = \"a\";"}]}],
 "code": {"code": "E0308", "explanation": "Expected type did not match the received type."},
 "edition_hint": {"since": "2027"}}
""")


def span(raw: dict[str, Any]) -> dict[str, Any]:
    text = [line["text"] for line in raw["text"]]
    return {**raw, "file": raw["file_name"], "primary": raw["is_primary"], "text": text, "macro": None}


def diagnostic(**changes: Any) -> dict[str, Any]:
    """The message in Rusta's words, with every field of rustc's still on it."""
    child = RUSTC["children"][0]
    replaced = child["spans"][0]
    part = {**replaced, "file": replaced["file_name"], "text": replaced["suggested_replacement"]}
    suggestion = {**child, "applicability": replaced["suggestion_applicability"], "parts": [part]}
    fields = {
        **RUSTC,
        "id": "d1",
        "tool": "rustc",
        "code": RUSTC["code"]["code"],
        "spans": [span(raw) for raw in RUSTC["spans"]],
        "notes": [{**child, "spans": [span(raw) for raw in child["spans"]]}],
        "suggestions": [suggestion],
    }
    return {**fields, **changes}


def test_fields_it_does_not_know_are_ignored_at_every_depth() -> None:
    read = Diagnostic.read(json.dumps(diagnostic()))
    assert (read.tool, read.level, read.code, read.where, read.label) == (
        Tool.RUSTC,
        Level.ERROR,
        "E0308",
        "src/lib.rs:4",
        "E0308",
    )
    assert read.suggestions[0].parts[0].text == ".to_string()"
    assert "edition_hint" not in read.model_dump_json()
    assert "confidence" not in read.model_dump_json()


def test_a_level_it_does_not_know_is_no_error() -> None:
    read = Diagnostic.read(diagnostic(level="hint"))
    assert read.level is Level.OTHER
    assert not read.level.is_error


@pytest.mark.parametrize("odd", [None, 3, ["error"], {"level": "error"}])
def test_a_level_of_another_type_is_no_error_either(odd: Any) -> None:
    assert Diagnostic.read(diagnostic(level=odd)).level is Level.OTHER


@pytest.mark.parametrize("odd", ["ProbablyCorrect", None, ["MachineApplicable"]])
def test_an_applicability_it_does_not_know_is_trusted_least(odd: Any) -> None:
    suggestion = {**diagnostic()["suggestions"][0], "applicability": odd}
    read = Diagnostic.read(diagnostic(suggestions=[suggestion]))
    assert read.suggestions[0].applicability is Applicability.UNSPECIFIED


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.OTHER])
def test_every_level_of_rustc_is_known(level: Level) -> None:
    assert Diagnostic.read(diagnostic(level=level.value)).level is level


def test_an_internal_compiler_error_is_an_error() -> None:
    assert Diagnostic.read(diagnostic(level="error: internal compiler error")).level.is_error


def test_a_diagnostic_of_no_place_is_known_by_its_package() -> None:
    read = Diagnostic.read(diagnostic(spans=[], code=None, package="crab"))
    assert (read.primary, read.where, read.label) == (None, "crab", "error")


@pytest.mark.parametrize("version", [2, 0, "1", True, None, 1.5])
def test_another_version_is_a_clear_error(version: Any) -> None:
    with pytest.raises(UnknownVersionError, match=r"Diagnostic has version .* reads version 1") as caught:
        Diagnostic.read(diagnostic(v=version))
    assert "upgrade Rusta" in caught.value.fix


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("{", "not JSON"),
        ("[1]", "JSON object is expected, not list"),
        (b"\xff\xfe\x00", "not JSON"),
        ({"tool": "rustc"}, "id: Field required"),
        (diagnostic(spans=[{"file": "src/lib.rs"}]), "spans.0.byte_start: Field required"),
    ],
)
def test_what_is_no_diagnostic_is_named_in_one_line(data: Any, problem: str) -> None:
    with pytest.raises(RecordError) as caught:
        Diagnostic.read(data)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
