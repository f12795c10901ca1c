from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import TrainingError
from engine.model.configuration import ACTIONS, EDIT, END, EXPLANATION, MIDDLE, PROBE, SUFFIX
from engine.store.store import Store
from engine.train.lessons import Gathered, Lesson, Parts, answered, keep, kept, parted
from engine.train.material import Material
from engine.train.objectives import OBJECTIVES
from engine.train.packing import Text
from engine.train.selfplay import school

ROOM = 256


@pytest.fixture(name="material")
def _material(played: Path) -> Iterator[Material]:
    with Store.open(f"sqlite:///{played / school.SESSIONS}") as store:
        yield Material(played=(played,), schools=(store,))


def _lesson(repository: str, split: str = "", times: int = 1) -> Lesson:
    return Lesson(repository, Text([1, 2, 3]), split, times)


def _words(symbols: list[int]) -> bytes:
    return bytes(one for one in symbols if one < 256)


def test_every_objective_finds_lessons_of_every_repository(material: Material) -> None:
    for stage, objective in OBJECTIVES.items():
        found = objective.gather(material, ROOM)
        assert {one.repository for one in found.lessons} == {"barley", "clover", "dill"}, stage
        assert objective.enough(found)
        assert all(len(one.text.symbols) <= ROOM for one in found.lessons)


def test_an_explanation_is_learnt_and_its_question_is_not(material: Material) -> None:
    for stage in ("E1", "E5"):
        text = OBJECTIVES[stage].gather(material, ROOM).lessons[0].text
        assert text.symbols[text.given - 1] == EXPLANATION
        assert b"misspelt" in _words(list(text.symbols[text.given :])) or stage == "E1"
        assert b"declared before" in _words(list(text.symbols[text.given :]))
        assert b"E0425" in _words(list(text.symbols[: text.given]))


def test_a_fault_asks_for_what_stood_there(material: Material) -> None:
    text = OBJECTIVES["E3"].gather(material, ROOM).lessons[0].text
    asked = list(text.symbols[: text.given])
    assert _words(asked[asked.index(MIDDLE) : asked.index(SUFFIX)]) == b"coumt"
    assert asked[-1] == EDIT
    assert list(text.symbols[text.given :]) == [*b"count", END]


def test_a_recorded_session_says_what_she_did_at_each_point(material: Material) -> None:
    found = OBJECTIVES["E2"].gather(material, ROOM)
    mine = [one for one in found.lessons if one.repository == "dill"]
    assert [one.text.action for one in mine] == [
        ACTIONS.index("check"),
        ACTIONS.index("trial"),
        ACTIONS.index("apply"),
        len(ACTIONS) + found.facts["moves"].index("mend-the-name"),
    ]
    assert [one.times for one in mine] == [1, 3, 1, 1]  # the trial put another hypothesis first
    assert [list(one.text.symbols).count(PROBE) for one in mine] == [1, 2, 3, 2]
    assert all(one.text.given == len(one.text.symbols) for one in mine)
    assert b"trial refutes" in _words(list(mine[2].text.symbols))


def test_moves_keep_the_places_that_older_weights_gave_them(material: Material) -> None:
    older = Material(schools=material.schools, moves=("add-a-clone", "mend-the-name"))
    assert OBJECTIVES["E2"].gather(older, ROOM).facts["moves"] == ["add-a-clone", "mend-the-name"]


def test_a_patch_on_record_is_judged_by_how_its_validation_ended(material: Material) -> None:
    mentors = Material(stores=material.schools)  # sessions of her own, none of self-play
    found = OBJECTIVES["E4"].gather(mentors, ROOM)
    assert found.facts["balance"] == {"green": 3, "of": 3}
    assert not OBJECTIVES["E4"].enough(found)  # nothing to tell apart
    assert OBJECTIVES["E4"].gather(material, ROOM).facts["balance"] == {"green": 12, "of": 24}


def test_what_is_sealed_is_not_learnt(material: Material) -> None:
    sealed = Material(schools=material.schools, barred=lambda patch: True)
    for stage in ("E1", "E2", "E4", "E5"):
        assert OBJECTIVES[stage].gather(sealed, ROOM).lessons == [], stage


@pytest.mark.parametrize("parts", [1, 2])
def test_repositories_are_held_out_whole_and_no_part_shares_one(parts: int) -> None:
    lessons = [Lesson(f"r{number % 9}", Text([number, 1, 2])) for number in range(90)]
    made = parted(Gathered(lessons), parts)
    names = [{text.symbols[0] % 9 for text in texts} for texts in (made.learn, *made.held_out)]
    assert all(names)
    assert sum(map(len, names)) == len(set.union(*names)) == 9


def test_one_in_twenty_is_held_out_and_one_of_a_few() -> None:
    assert len(parted(Gathered([_lesson(f"r{number}") for number in range(3)])).held_out[0]) == 1
    assert 10 <= len(parted(Gathered([_lesson(f"r{number}") for number in range(400)])).held_out[0]) <= 30


def test_a_corpus_says_what_is_held_out_and_weights_repeat_a_lesson() -> None:
    lessons = [_lesson("a", "train", times=3), _lesson("b", "validation"), _lesson("c", "train")]
    made = parted(Gathered(lessons))
    assert (len(made.learn), len(made.held_out[0])) == (4, 1)


def test_one_repository_alone_is_refused_in_one_line() -> None:
    with pytest.raises(TrainingError, match="1 repositories, and 2 are needed"):
        parted(Gathered([_lesson("a")]))
    with pytest.raises(TrainingError, match="for validation"):
        parted(Gathered([_lesson("a", "train"), _lesson("b", "train")]))


def test_lessons_are_kept_as_they_were(tmp_path: Path) -> None:
    parts = Parts([Text([1, 2], given=1)], [[Text([3, 4], action=2)], [Text([5], green=1)]], {"moves": ["a"]})
    keep(parts, tmp_path)
    assert kept(tmp_path) == parts
    with pytest.raises(TrainingError, match="not there any more"):
        kept(tmp_path / "elsewhere")


def test_an_answer_that_is_cut_does_not_end() -> None:
    whole, cut = answered([1, 2], b"abc", 10), answered([1, 2], b"abcdefgh", 8)
    assert whole is not None
    assert cut is not None
    assert list(whole.symbols) == [1, 2, *b"abc", END]
    assert list(cut.symbols) == [1, 2, *b"abcde"]
    assert answered([1] * 8, b"abc", 8) is None


def test_the_practice_crates_stand_alone(tmp_path: Path) -> None:
    crates = school.practice_crates(tmp_path)
    assert len(crates) == 3
    assert all("workspace" not in (crate / "Cargo.toml").read_text() for crate in crates)
    assert school.crates_below(tmp_path) == crates
