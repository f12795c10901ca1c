"""What she says before she knows, and what the compiler makes of it."""

from __future__ import annotations

import pytest

from curriculum.drills.answer import Answer
from curriculum.drills.compiler import Checked, check
from curriculum.drills.fixing import mark_repair
from curriculum.drills.prediction import TrackRecord, mark_prediction, predict, without_comments
from engine.rust.toolchain import Toolchain
from engine.schema.diagnostic import Diagnostic, Level, Tool
from tests.curriculum.drills.conftest import ASSIGNED_TWICE, MENDED, UNKNOWN


def checked(*codes: str) -> Checked:
    return Checked(
        tuple(
            Diagnostic(id=str(number), tool=Tool.RUSTC, level=Level.ERROR, code=code or None, message="x")
            for number, code in enumerate(codes)
        )
    )


@pytest.mark.parametrize(
    ("said", "sure", "codes", "mark", "rating"),
    [
        ("compiles", 0.6, (), "right", 3),
        ("compiles", 0.9, (), "right", 4),
        ("compiles", 0.9, ("E0382",), "wrong", 1),
        ("E0382", 0.6, ("E0382",), "right", 3),
        ("E0382", 0.6, ("E0308", "E0382"), "right", 3),
        ("E0382", 0.9, ("E0502",), "half", 2),
        ("E0382", 0.9, (), "wrong", 1),
        ("fails", 0.6, ("",), "right", 3),
        ("fails", 0.6, ("E0382",), "half", 2),
    ],
)
def test_the_compiler_marks_a_prediction(
    said: str, sure: float, codes: tuple[str, ...], mark: str, rating: int
) -> None:
    answer = mark_prediction(Answer(text="", said=said, confidence=sure), checked(*codes))
    assert (answer.mark, answer.rating) == (mark, rating)


@pytest.mark.parametrize(
    ("compiles", "lost", "attempts", "sure", "mark", "rating"),
    [
        (True, (), 0, 0.9, "right", 4),
        (True, (), 0, 0.7, "right", 3),
        (True, (), 0, None, "right", 3),
        (True, (), 2, 0.9, "half", 2),
        (True, ("fn main lost",), 0, 0.9, "wrong", 1),
        (False, (), 0, 0.9, "wrong", 1),
    ],
)
def test_a_repair_counts_when_it_compiles_and_nothing_was_deleted_for_it(
    compiles: bool, lost: tuple[str, ...], attempts: int, sure: float | None, mark: str, rating: int
) -> None:
    assert mark_repair(compiles, lost, attempts, sure)[:2] == (mark, rating)


def test_a_prediction_reads_no_comment() -> None:
    told = 'fn main() {\n    let x = 1; // error: E0384, "assigned twice"\n    /* it\n fails */ let y = x;\n}\n'
    read = without_comments(told)
    assert "error" not in read
    assert "fails" not in read
    assert len(read) == len(told)
    assert read.count("\n") == told.count("\n")
    assert "let y = x;" in read


def test_what_looks_like_a_comment_in_a_string_stays() -> None:
    assert without_comments('let url = "http://a//b";') == 'let url = "http://a//b";'


def test_she_is_as_sure_as_her_reasons_have_been_right() -> None:
    fresh = predict("card", MENDED, TrackRecord())
    lucky = [("other", fresh.model_copy(update={"mark": "right", "truth": "compiles"}))] * 10
    unlucky = [("other", fresh.model_copy(update={"mark": "wrong", "truth": "E0384"}))] * 10
    before, after = predict("card", MENDED, TrackRecord.of(lucky)), predict("card", MENDED, TrackRecord.of(unlucky))
    assert before.confidence is not None
    assert after.confidence is not None
    assert before.confidence > (fresh.confidence or 0) > after.confidence


def test_she_remembers_what_the_compiler_said_of_a_card_she_has_had() -> None:
    wrong = predict("card", UNKNOWN, TrackRecord()).model_copy(update={"mark": "wrong", "truth": "E0425"})
    again = predict("card", UNKNOWN, TrackRecord.of([("card", wrong)]))
    assert again.said == "E0425"
    assert again.because.startswith("remembered")
    assert predict("another", MENDED, TrackRecord.of([("card", wrong)])).said == "compiles"


def test_a_repair_is_no_prediction_to_learn_from() -> None:
    repair = Answer(text="", said="fixed", truth="compiles", confidence=0.9, because="", mark="right")
    assert TrackRecord.of([("card", repair)]).seen == {}


async def test_the_compiler_says_what_it_says(toolchain: Toolchain) -> None:
    assert (await check(toolchain, MENDED, "2021")).compiles
    broken = await check(toolchain, ASSIGNED_TWICE, "2021")
    assert broken.codes == ("E0384",)
    assert not broken.unfit
    unreadable = await check(toolchain, "fn main( {", "2021")
    assert not unreadable.compiles
    assert unreadable.codes == ()


@pytest.mark.parametrize(
    "source",
    [
        "use rand::Rng;\nfn main() {}\n",
        "mod other;\nfn main() {}\n",
        "pub fn only() {}\n",
        "extern crate no_such_one;\nfn main() {}",
    ],
)
async def test_a_file_that_lacks_something_outside_it_is_not_judged(toolchain: Toolchain, source: str) -> None:
    assert (await check(toolchain, source, "2021")).unfit


async def test_an_edition_is_kept(toolchain: Toolchain) -> None:
    source = 'fn main() {\n    let async = 1;\n    println!("{}", async);\n}\n'
    assert (await check(toolchain, source, "2015")).compiles
    assert not (await check(toolchain, source, "2021")).compiles
