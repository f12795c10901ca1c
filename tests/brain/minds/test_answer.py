"""The one form of an answer: strict to read, exact to place, and nothing else gets through."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.brain.minds.answer import Answer, AnswerRefusedError, Replacement, complete_object, located, parse_answer

EDIT = {"path": "src/lib.rs", "find": "a + b", "replace": "a - b"}
GOOD = json.dumps({"cause": "wrong sign", "intent": "Subtract.", "confidence": 0.8, "edits": [EDIT]})


@pytest.mark.parametrize(
    "text",
    [GOOD, f"```json\n{GOOD}\n```", f"<think>{{maybe}} …</think>\n{GOOD}\n", f"Hm, {{maybe}}\n</think>\n{GOOD}"],
    ids=["bare", "fenced", "after thoughts", "after thoughts without a beginning"],
)
def test_an_answer_is_read(text: str) -> None:
    answer = parse_answer(text)
    assert answer.edits == (Replacement(path="src/lib.rs", find="a + b", replace="a - b"),)
    assert answer.confidence == 0.8


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I would rather talk.", "no complete JSON object"),
        (GOOD[:-2], "no complete JSON object"),
        ("<think>" + GOOD, "no complete JSON object"),
        (GOOD + GOOD, "wrote on"),
        (GOOD + " That should do.", "wrote on"),
        ('{"edits": []}', "either edits or a reason"),
        ('{"abstain": "no rate is given", "edits": [' + json.dumps(EDIT) + "]}", "either edits or a reason"),
        (json.dumps({"edits": [EDIT], "shell": "rm -rf /"}), "not in the edit format"),
        (json.dumps({"edits": [EDIT], "confidence": 7}), "not in the edit format"),
        (json.dumps({"edits": [EDIT], "confidence": "high"}), "not in the edit format"),
        (json.dumps({"edits": [EDIT] * 17}), "not in the edit format"),
        (json.dumps({"edits": [EDIT | {"find": ""}]}), "not in the edit format"),
    ],
)
def test_what_is_not_exactly_one_answer_is_refused(text: str, why: str) -> None:
    with pytest.raises(AnswerRefusedError, match=why):
        parse_answer(text)


def test_to_abstain_is_an_answer() -> None:
    assert parse_answer('{"abstain": "the rate is nowhere stated"}').abstain == "the rate is nowhere stated"


def test_its_words_are_one_line_of_what_can_be_printed() -> None:
    words = {"intent": "Subtract.\n\nSigned-off-by: nobody", "cause": "\x1b[31mwrong\u202e sign\x07 "}
    answer = parse_answer(json.dumps({"edits": [EDIT]} | words))
    assert answer.intent == "Subtract. Signed-off-by: nobody"
    assert answer.cause == "[31mwrong sign"
    with pytest.raises(AnswerRefusedError, match="either edits or a reason"):
        parse_answer(json.dumps({"abstain": "\x1b\n"}))


@given(st.text())
def test_any_text_is_an_answer_or_refused(text: str) -> None:
    with suppress(AnswerRefusedError):
        assert parse_answer(text).edits or parse_answer(text).abstain


def answer(*edits: dict[str, str]) -> Answer:
    return Answer(edits=tuple(Replacement(**edit) for edit in edits))


FILES = {
    "src/lib.rs": "fn ä(a: i32, b: i32) -> i32 {\n    a + b\n}\n".encode(),
    "src/dos.rs": b"fn one() {\r\n    two();\r\n}\r\n",
    "src/raw.rs": b"\xff\xfe",
    "twice.rs": b"x x",
}


def test_an_edit_names_the_bytes_that_it_replaces() -> None:
    (edit,) = located(answer(EDIT), FILES.get)
    content = FILES["src/lib.rs"]
    assert content[edit.byte_start : edit.byte_end].decode() == edit.before
    after = content[: edit.byte_start] + edit.after.encode() + content[edit.byte_end :]
    assert after == content.replace(b"a + b", b"a - b")


def test_line_ends_are_those_of_the_file() -> None:
    (edit,) = located(
        answer({"path": "src/dos.rs", "find": "{\n    two();", "replace": "{\n    three();\n"}), FILES.get
    )
    content = FILES["src/dos.rs"]
    after = content[: edit.byte_start] + edit.after.encode() + content[edit.byte_end :]
    assert after == b"fn one() {\r\n    three();\r\n\r\n}\r\n"


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([EDIT | {"path": "../other/src/lib.rs"}], "not one inside"),
        ([EDIT | {"path": "/etc/passwd"}], "not one inside"),
        ([EDIT | {"path": ".git/config"}], "not one inside"),
        ([EDIT | {"path": "src/gone.rs"}], "not there"),
        ([EDIT | {"path": "src/raw.rs"}], "not UTF-8"),
        ([EDIT | {"find": "a * b"}], "is not in"),
        ([EDIT | {"path": "twice.rs", "find": "x"}], "more than once"),
        ([EDIT, EDIT | {"find": "+ b\n}"}], "overlap"),
        ([EDIT | {"replace": "a + b"}], "change nothing"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_whole(edits: list[dict[str, str]], why: str) -> None:
    with pytest.raises(AnswerRefusedError, match=why):
        located(answer(*edits), FILES.get)


@given(st.text(alphabet='{}"\\ab:,[]é\n', max_size=40), st.dictionaries(st.text(max_size=5), st.text(max_size=9)))
def test_a_complete_object_is_found_as_soon_as_it_is_closed(before: str, value: dict[str, str]) -> None:
    whole = json.dumps(value, ensure_ascii=False)
    assert complete_object(whole) == whole
    assert all(complete_object(whole[:end]) is None for end in range(len(whole)))
    if "{" not in before:
        assert complete_object(before + whole + before) == whole
