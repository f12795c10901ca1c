"""Checking ahead: a copy of the tree answers as the tree itself would, and leaves nothing running."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.loop.policy import Budget, Policy, Probes
from engine.loop.workbench import Workbench, open_workbench
from engine.rust.cargo import CheckResult
from engine.sandbox.copies import TreeCopy
from engine.sandbox.patches import patch_to
from engine.sandbox.repository import open_repository
from engine.sandbox.snapshot import take
from engine.schema.patch import Patch

LIB = "mod near;\n\npub fn twice(n: u32) -> u32 {\n    n * 2\n}\n\npub fn all() -> u32 {\n    twice(near::ONE)\n}\n"
NEAR = "pub const ONE: u32 = 1;\n"
NEARER = "pub const ONE: u32 = 2;\n"
# A text where a number is asked for: several conversions are tried and refuted before she gives it up.
HARD = """pub struct Tag(u8);

pub fn size(tag: &Tag) -> usize {
    tag.0 as usize
}

pub fn all(tags: &[Tag]) -> usize {
    let first: String = tags.iter().map(size).max();
    first.len()
}
"""


@pytest.fixture
async def bench(desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workbench]:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    room = desk({"src/lib.rs": LIB, "src/near.rs": NEAR})
    repository = open_repository(room.root)
    bench = open_workbench(repository, room.root, Policy())
    bench.sandbox.reset(take(repository, include_dirty=False).base)
    bench.workspace = await bench.cargo.metadata()
    try:
        yield bench
    finally:
        await bench.ahead.drop()
        bench.close()


def patch(bench: Workbench, path: str, content: str) -> Patch:
    return patch_to(bench.sandbox.read, {path: content.encode()}, intent="x", move="x", diagnostics=())


def told(result: CheckResult) -> tuple[bool, list[tuple[str, str, str]]]:
    return result.ok, sorted((found.id, found.where, found.message) for found in result.diagnostics)


async def test_a_copy_answers_as_the_tree_itself_would(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await bench.room_ahead() == 1
    stands = patch(bench, "src/near.rs", NEARER)
    bench.apply(stands)  # after the copy was made: it has to follow
    tried = [patch(bench, "src/lib.rs", LIB.replace("n * 2", changed)) for changed in ("n * 2u8", "m", "n << 1")]
    ahead = []
    for each in tried:
        bench.check_ahead(each, ())
        with bench.trying(each), monkeypatch.context() as alone:
            alone.setattr(bench.cargo, "check", None)  # the answer has to come from the copy
            ahead.append(told(await bench.check(())))
        assert bench.sandbox.read("src/lib.rs") == LIB.encode()
    itself = []
    for each in tried:
        with bench.trying(each):
            itself.append(told(await bench.cargo.check()))
    assert ahead == itself
    assert [ok for ok, _ in ahead] == [False, False, True]


async def test_what_nobody_asks_for_is_ended_and_its_copy_is_free_again(bench: Workbench) -> None:
    assert await bench.room_ahead() == 1
    bench.check_ahead(patch(bench, "src/lib.rs", LIB.replace("n * 2", "m")), ())
    assert await bench.room_ahead() == 0
    await bench.ahead.drop()
    assert await bench.room_ahead() == 1
    with bench.trying(patch(bench, "src/lib.rs", LIB.replace("n * 2", "m"))):
        assert not (await bench.check(())).ok


async def test_a_tree_that_was_checked_is_not_checked_ahead(bench: Workbench) -> None:
    assert await bench.room_ahead() == 1
    known = patch(bench, "src/near.rs", NEARER)
    with bench.trying(known):
        await bench.check(())
    bench.check_ahead(known, ())
    assert await bench.room_ahead() == 1


def test_a_copy_follows_the_tree_from_session_to_session(bench: Workbench, tmp_path: Path) -> None:
    root = bench.sandbox.path
    (root / "link").symlink_to("src/lib.rs")
    os.mkfifo(root / "pipe")
    copy = TreeCopy(bench.sandbox, 1)
    copy.make()
    copy.hold({"src/lib.rs": b"x", "src/near.rs": None, "src/new/deep.rs": b"y"})
    copy.hold({"src/near.rs": NEAR.encode()})
    assert (copy.path / "src/lib.rs").read_text() == LIB
    assert not (copy.path / "src/new/deep.rs").exists()
    assert (copy.path / "link").is_symlink()
    assert not (copy.path / "pipe").exists()
    assert not (copy.path / ".git").exists()
    (root / "link").unlink()
    (copy.path / "src/lib.rs").write_text("left by a session that was killed")
    again = TreeCopy(bench.sandbox, 1)
    again.make()
    assert (again.path / "src/lib.rs").read_text() == LIB
    assert not (again.path / "link").is_symlink()


async def test_a_session_finds_the_same_whether_it_looks_ahead_or_not(
    desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    checked: list[str] = []
    real = TreeCopy.hold

    def hold(copy: TreeCopy, contents: Mapping[str, bytes | None]) -> None:
        checked.extend(contents)
        real(copy, contents)

    monkeypatch.setattr(TreeCopy, "hold", hold)
    found = []
    for most in (1, 2):
        room = desk({"src/lib.rs": HARD}, name=f"hard{most}")
        unhurried = Probes(quick=Budget(count=3, seconds=900), deep=Budget(count=20, seconds=900), at_once=most)
        log, mentor = await room.fix(policy=Policy(probes=unhurried))
        probes = [(event.probe, event.command, event.verdict, event.finding) for event in mentor.of("probe")]
        found.append((log.outcome, probes))
        assert bool(checked) == (most > 1)
    assert found[0] == found[1]
    assert len(found[0][1]) > 4
