import pytest

from engine.model.configuration import BEGIN, DIAGNOSTIC, EDIT, END, MIDDLE, PREFIX, PROBE, SUFFIX
from engine.model.prompts import (
    change,
    finding,
    judged_prompt,
    place,
    repair_prompt,
    repair_within,
    state_prompt,
)

FILE = b"".join(b"let line%d = %d;\n" % (number, number) for number in range(40))


def _bytes(symbols: list[int]) -> bytes:
    return bytes(one for one in symbols if one < 256)


def test_a_repair_names_the_finding_the_place_and_what_stands_there() -> None:
    expected = [BEGIN, DIAGNOSTIC, 100, PREFIX, 97, MIDDLE, 98, SUFFIX, 99, EDIT]
    assert repair_prompt(b"d", b"a", b"c", b"b") == expected


@pytest.mark.parametrize("room", [40, 64, 200, 512])
def test_a_repair_with_its_answer_fits_the_room_and_shows_the_whole_stretch(room: int) -> None:
    said = finding("E0425", "cannot find value `lne7` in this scope", "not found")
    asked = repair_within(said, FILE, 100, 108, answer=9, room=room)
    assert asked is not None
    assert len(asked) + 9 + 1 <= room
    assert _bytes(asked[asked.index(MIDDLE) : asked.index(SUFFIX)]) == FILE[100:108]


def test_a_stretch_that_does_not_fit_is_not_asked_about() -> None:
    assert repair_within(b"E0308", FILE, 0, 400, answer=9, room=128) is None
    with pytest.raises(ValueError, match="longer"):
        place(FILE, 0, 100, 50)


@pytest.mark.parametrize("at", [0, 5, 20 * 13, len(FILE) - 8])
def test_a_file_and_its_hunk_are_judged_alike(at: int) -> None:
    new = FILE[:at] + b"mut x" + FILE[at + 3 :]
    line = FILE.count(b"\n", 0, at)
    lines = FILE.splitlines(keepends=True)
    first = sum(map(len, lines[: max(0, line - 3)]))
    last = sum(map(len, lines[: line + 4]))
    hunk = FILE[first:last], new[first : last + len(new) - len(FILE)]
    assert change(FILE, new) == change(*hunk)
    here, replacement = change(FILE, new)
    assert here.before + replacement + here.after in new
    told = judged_prompt(b"E0384: assigned twice", here, replacement, 64)
    assert len(told) <= 64
    assert told[-1] == END
    assert EDIT in told


def test_what_is_taken_away_or_put_in_is_a_stretch_without_text() -> None:
    here, replacement = change(b"a\nb\nc\n", b"a\nc\n")
    assert (here.broken, replacement) == (b"b\n", b"")
    here, replacement = change(b"a\nc\n", b"a\nb\nc\n")
    assert (here.broken, replacement) == (b"", b"b\n")


def test_the_newest_probes_of_a_state_stay() -> None:
    notes = [b"trial refutes", b"check supports"]
    told = state_prompt(b"E0425", FILE, notes, 64)
    assert len(told) <= 64
    assert told[-1] == PROBE
    assert told.count(PROBE) == 2
    assert b"check supports" in _bytes(told)
    assert b"trial" not in _bytes(told)
    assert state_prompt(b"E0425", b"", notes, 64, move=True)[-1] == EDIT
