"""`rusta moves`, as a program sees it."""

import json
from pathlib import Path

import pytest

from engine.brain.memory.mining import Generalised
from engine.brain.memory.recall import Recollection
from engine.brain.memory.template import Part, Template
from engine.brain.protocol import Candidate, Context, edits_key
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.patch import Edit
from engine.store.experience import MinedMove
from engine.store.outcomes import OutcomeRecord
from engine.store.rows import MoveRow
from engine.store.store import Store

AT = "2026-01-01T00:00:00.000Z"
PART = Part(path="src/lib.rs", anchor=None, left=("_",), before=(0,), right=(";",), after=("&", 0))
GENERAL = Generalised(template=Template(parts=(PART,), kinds=("word",)), message="mismatched types", types="")
MINED = MinedMove(
    "mined-e0308-abcdef", "E0308", AT, "Borrow it.", 0.7, GENERAL.model_dump_json(),
    ("s1", "s2", "s3", "s4"), {"fits": 5, "mended": 4, "compiled": 1},
)  # fmt: skip


@pytest.fixture
def home(environment):
    with Store.open(f"sqlite:///{environment['RUSTA_HOME']}/rusta.db") as store:
        store.save_mined(MINED)
        store.save_move(MoveRow(MINED.name, "mined", "generalised from 4 sessions: s1, s2, s3, s4", MINED.at))
    return environment["RUSTA_HOME"]


def lines(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_list_holds_built_in_and_mined_moves(rusta, home):
    found = {each["move"]: each for each in lines(rusta("moves", "list", "--json"))}
    assert found["follow-the-compiler"]["family"] == "compiler"
    assert "E0382" in found["clone-where-it-moves"]["codes"]
    assert found[MINED.name]["source"].startswith("generalised from 4 sessions")
    assert [each["move"] for each in lines(rusta("moves", "list", "--mined", "--json"))] == [MINED.name]
    coded = lines(rusta("moves", "list", "--code", "E0308", "--json"))
    assert MINED.name in {each["move"] for each in coded}
    assert all("E0308" in each["codes"] for each in coded)


def test_a_mined_move_shows_its_sessions_its_proof_and_its_edit(rusta, home):
    told = rusta("moves", "show", MINED.name).stdout
    assert "4 sessions: s1, s2, s3, s4" in told
    assert "mended 4 of 5 that it fits, 1 compiled" in told
    assert "[ $0 → &$0 ]" in told


def test_a_move_is_revoked_with_a_reason_and_restored(rusta, home):
    assert rusta("moves", "revoke", MINED.name, "--reason", "too eager").returncode == 0
    told = rusta("moves", "list", "--mined").stdout
    assert "revoked: too eager" in told
    (row,) = lines(rusta("moves", "show", MINED.name, "--json"))
    assert row["revoked"] is True
    assert rusta("moves", "restore", MINED.name).returncode == 0
    assert "revoked" not in rusta("moves", "list", "--mined").stdout


def test_a_built_in_move_may_be_revoked_too(rusta, home):
    assert rusta("moves", "revoke", "clone-where-it-moves").returncode == 0
    with Store.open(f"sqlite:///{home}/rusta.db") as store:
        assert [each.name for each in store.moves(revoked=True)] == ["clone-where-it-moves"]


def test_an_unknown_move_is_one_line_and_a_way_on(rusta, home):
    done = rusta("moves", "show", "no-such-move")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["rusta: she knows no move no-such-move", "  see `rusta moves list`"]


def test_where_nothing_recurs_mining_says_what_it_takes(rusta, home):
    done = rusta("moves", "mine")
    assert done.returncode == 0
    assert "three sessions" in done.stdout


def remember(store, number):
    """A session that mended a forgotten borrow at a place of its own."""
    source = (
        f"fn call_{number}(list: Vec<u8>) -> usize {{\n    let kept_{number} = {number};\n    count(list) + 1\n}}\n"
    )
    at = source.index("list)")
    span = Span(
        file="src/lib.rs", byte_start=at, byte_end=at + 4, line_start=3, line_end=3, column_start=11, column_end=15,
        primary=True, label="expected `&Vec<u8>`, found `Vec<u8>`",
    )  # fmt: skip
    found = Diagnostic(
        id="d", tool=Tool.RUSTC, level=Level.ERROR, code="E0308", message="mismatched types", spans=(span,)
    )
    edits = (Edit(path="src/lib.rs", byte_start=at, byte_end=at, before="", after="&"),)
    context = Context(
        found, (), {"src/lib.rs": source.encode()}.get, CrateIndex(Path("/nowhere"), ()), None, Docs(None),
        repository="shop",
    )  # fmt: skip
    candidate = Candidate(edits_key(edits), "by-hand", "", "Lend it.", edits, None, "insert", 0.5)
    memory = Recollection(store)
    memory.sift(context, [candidate])
    memory.learn(
        OutcomeRecord(f"s{number}", AT, "shop", "E0308", "by-hand", "", "insert", "", 0.5, True, candidate.key, "green")
    )


def test_what_recurs_is_mined_shown_and_kept_once(rusta, home):
    with Store.open(f"sqlite:///{home}/rusta.db") as store:
        for number in range(4):
            remember(store, number)
    (dry,) = lines(rusta("moves", "mine", "--dry-run", "--no-cases", "--json"))
    assert (dry["holds"], dry["kept"], dry["sessions"]) == (True, False, ["s0", "s1", "s2", "s3"])
    (found,) = lines(rusta("moves", "mine", "--no-cases", "--json"))
    assert (found["fits"], found["mended"], found["kept"]) == (4, 4, True)
    assert rusta("moves", "revoke", found["move"]).returncode == 0
    lines(rusta("moves", "mine", "--no-cases", "--json"))
    mined = {each["move"]: each for each in lines(rusta("moves", "list", "--mined", "--json"))}
    assert mined[found["move"]]["revoked"] is True
    assert mined[found["move"]]["source"] == "generalised from 4 sessions: s0, s1, s2, s3"
    told = rusta("moves", "show", found["move"]).stdout
    assert "expected &Vec<u8>, found Vec<u8>" in told
