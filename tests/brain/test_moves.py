"""Every move mends a real example: rustc refuses the broken code, the move writes the fixed code, rustc takes it.

The examples lie in `examples/`, one file a family: `//# <move> <code>` ("-" for none), the broken code,
`//= fixed`, the fixed code.
"""

import re
from pathlib import Path

import pytest

from engine.brain.moves import FAMILIES, all_moves, family_of
from engine.brain.moves.logic import TESTS
from engine.brain.moves.move import Site
from engine.brain.moves.suggested import is_forbidden
from engine.schema.diagnostic import Diagnostic, Level, Tool

EXAMPLES = Path(__file__).parent / "examples"


def read_examples():
    for file in sorted(EXAMPLES.glob("*.rs")):
        for part in re.split(r"^//# ", file.read_text(), flags=re.MULTILINE)[1:]:
            head, _, code = part.partition("\n")
            name, error = head.split()
            broken, _, fixed = code.partition("//= fixed\n")
            yield name, "" if error == "-" else error, broken, fixed


ALL = list(read_examples())
OF_PACKAGES = {"depend-on-the-member"}  # a manifest is more than one file: see test_moves_of_packages.py
SEEN = [each for each in ALL if each[1] != TESTS]
SLIPS = [each for each in ALL if each[1] == TESTS]


@pytest.mark.parametrize(("name", "code", "broken", "fixed"), SEEN, ids=[f"{name}-{code}" for name, code, _, _ in SEEN])
def test_the_move_turns_what_rustc_refuses_into_what_it_takes(crate, name, code, broken, fixed):
    move = next(move for move in all_moves() if move.name == name)
    assert code in move.codes
    crate.write(fixed)
    assert [found.message for found in crate.check()] == []
    crate.write(broken)
    every = crate.check()
    found = [error for error in every if (error.code or "") == code]
    assert found, "rustc does not give this error"
    results = [
        crate.after(fix.edits)
        for error in found
        for fix in move.propose(Site(crate.context(error, [other for other in every if other != error])))
    ]
    assert fixed in results, "\n---\n".join(results)


@pytest.mark.parametrize(("name", "code", "broken", "fixed"), SLIPS, ids=[name for name, *_ in SLIPS])
def test_the_move_turns_a_red_test_green(crate, name, code, broken, fixed):
    move = next(move for move in all_moves() if move.name == name)
    assert code in move.codes
    crate.write(fixed)
    assert crate.passes_its_tests()
    crate.write(broken)
    assert not crate.passes_its_tests()
    red = Diagnostic(id="test:lib lib.rs::works", tool=Tool.TEST, level=Level.ERROR, message="test works fails")
    results = [crate.after(fix.edits) for fix in move.propose(Site(crate.context(red)))]
    assert fixed in results, "\n---\n".join(results)


@pytest.mark.parametrize("move", all_moves(), ids=lambda move: move.name)
def test_a_move_has_a_reason_an_example_and_a_sound_prior(move):
    assert move.about
    assert 0 < move.prior < 1
    assert move.codes
    assert all(re.fullmatch(r"(E\d{4}|test)?", code) for code in move.codes)
    assert move.name in OF_PACKAGES | {name for name, *_ in ALL}
    assert family_of(move.name) in FAMILIES


def test_no_two_moves_share_a_name():
    names = [move.name for move in all_moves()]
    assert len(names) == len({*names})


@pytest.mark.parametrize("text", ["todo!()", "#[allow(dead_code)]", "unsafe { x }", "/* value */", "unimplemented!()"])
def test_what_only_silences_or_postpones_is_recognised(text):
    assert is_forbidden(text)
