import re
from pathlib import Path

import pytest

from engine.brain.voice import Voice, VoiceError

ENGINE = Path(__file__).resolve().parents[2] / "engine"
FACTS = {
    "detail": "bubblewrap is not installed",
    "errors": "2 errors",
    "files": "1 file",
    "first": "E0308 at src/lib.rs:3",
    "package": "subject",
    "label": "E0502",
    "where": "src/lib.rs:3",
    "reason": "two borrows overlap",
    "count": 3,
    "test": "lib::adds",
    "move": "clone-moved-value",
    "confidence": 0.61,
}


SAYING = re.compile(r'voice\.say\(\s*"(\w+)"((?:[^()]|\([^()]*\))*)\)')


@pytest.fixture
def voice(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path))
    return Voice.load(strict=True)


def test_every_occasion_of_the_loop_has_lines_that_its_facts_fill(voice):
    asked = {
        kind: set(re.findall(r"(\w+)=", facts))
        for source in (ENGINE / "loop").rglob("*.py")
        for kind, facts in SAYING.findall(source.read_text())
    }
    assert len(asked) >= 8
    for kind, names in asked.items():
        assert voice.say(kind, **{name: FACTS[name] for name in names})


def test_every_variant_of_a_line_can_be_said(voice):
    said = {voice.say("abstain", **{**FACTS, "reason": f"reason {number}"}).split("reason")[0] for number in range(60)}
    assert len(said) == 3


def test_the_same_facts_give_the_same_line(voice):
    assert voice.say("uncertain", confidence=0.4) == voice.say("uncertain", confidence=0.4)


def test_a_missing_occasion_is_an_error_in_tests_and_silence_at_run_time(voice):
    with pytest.raises(VoiceError, match="no line for `sings`"):
        voice.say("sings")
    assert Voice({}).say("sings") == ""


def test_a_line_that_cannot_be_filled_still_tells_the_facts_at_run_time():
    lines = {"greet": ("hello {name}",)}
    assert Voice(lines).say("greet", count=3) == "3"
    with pytest.raises(VoiceError, match="cannot be filled"):
        Voice(lines, strict=True).say("greet", count=3)


def test_the_mentors_profile_goes_over_the_shipped_one(tmp_path):
    own = tmp_path / "voice.yaml"
    own.write_text("v: 1\nlines:\n  escalate: ['Deeper, {count}.']\n")
    voice = Voice.load(own)
    assert voice.say("escalate", count=2) == "Deeper, 2."
    assert voice.say("resumed", count=2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("v: 2\nlines: {}", "version 1"),
        ("v: 1\nlines: [a]", "no `lines`"),
        ("v: 1\nlines: {a: b}", "list of lines"),
        ("v: 1\nlines: {a: ['{b']}", "not well formed"),
        (": :", "cannot be read"),
    ],
)
def test_a_profile_that_is_none_is_refused_in_one_line(tmp_path, text, problem):
    own = tmp_path / "voice.yaml"
    own.write_text(text)
    with pytest.raises(VoiceError, match=problem) as caught:
        Voice.load(own)
    assert "\n" not in str(caught.value)
