"""What she sees by reading, held to the compiler: every code a rule names is one that the compiler gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from curriculum.drills.compiler import check
from curriculum.drills.reading import read
from engine.rust.toolchain import Toolchain

HERE = Path(__file__).parent


def programs(name: str) -> dict[str, str]:
    """The programs of a file by what the line before each says."""
    _, *parts = (HERE / name).read_text(encoding="utf-8").split("\n//= ")
    return dict(part.split("\n", 1) for part in parts)


BROKEN, SOUND = programs("broken.rs"), programs("sound.rs")


@pytest.mark.parametrize("code", BROKEN)
async def test_a_rule_names_the_code_that_the_compiler_gives(code: str, toolchain: Toolchain) -> None:
    found = read(BROKEN[code])
    assert found is not None
    assert found.code == code
    assert code in (await check(toolchain, BROKEN[code], "2021")).codes


@pytest.mark.parametrize("source", SOUND.values())
async def test_no_rule_speaks_of_a_program_that_compiles(source: str, toolchain: Toolchain) -> None:
    assert read(source) is None
    assert (await check(toolchain, source, "2021")).compiles


@pytest.mark.parametrize("source", ["fn main() {", 'fn main() { let a = "; }', "fn main() { (1] }"])
async def test_brackets_and_quotes_that_do_not_close_are_seen(source: str, toolchain: Toolchain) -> None:
    found = read(source)
    assert found is not None
    assert (found.rule, found.code) == ("syntax", "")
    assert not (await check(toolchain, source, "2021")).compiles
