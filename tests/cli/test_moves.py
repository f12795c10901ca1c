"""`rusta moves`, as a program sees it."""

import json

import pytest

from engine.brain.memory.mining import Generalised
from engine.brain.memory.template import Part, Template
from engine.store.experience import MinedMove
from engine.store.rows import MoveRow
from engine.store.store import Store

PART = Part(path="src/lib.rs", anchor=None, left=("_",), before=(0,), right=(";",), after=("&", 0))
GENERAL = Generalised(template=Template(parts=(PART,), kinds=("word",)), message="mismatched types", types="")
MINED = MinedMove(
    "mined-e0308-abcdef", "E0308", "2026-01-01T00:00:00.000Z", "Borrow it.", 0.7, GENERAL.model_dump_json(),
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
