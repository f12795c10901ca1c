"""rustfmt where a patch touches, and nowhere else."""

from pathlib import Path

import pytest

from engine.rust.format import format_touched
from engine.rust.toolchain import Toolchain, find_toolchain


@pytest.fixture(scope="module")
def toolchain() -> Toolchain:
    found = find_toolchain(Path.cwd())
    if found.rustfmt is None:
        pytest.skip("rustfmt is not installed")
    return found


async def formatted(toolchain: Toolchain, text: str, *touched: tuple[int, int]) -> str:
    return await format_touched(toolchain, text, touched, edition="2021", config_dir=Path.cwd())


async def test_only_the_touched_line_is_formatted(toolchain: Toolchain) -> None:
    text = "fn a( ){ }\n\nfn c() {}\n\nfn b( ){ }\n"
    assert await formatted(toolchain, text, (5, 5)) == "fn a( ){ }\n\nfn c() {}\n\nfn b() {}\n"


async def test_an_import_that_rustfmt_moves_is_not_lost(toolchain: Toolchain) -> None:
    text = "use std::fmt;\nuse crate::a;\nuse crate::b;\n\nfn f() {}\n"
    assert await formatted(toolchain, text, (1, 1)) == "use crate::a;\nuse crate::b;\nuse std::fmt;\n\nfn f() {}\n"


async def test_code_that_does_not_parse_comes_back_as_it_is(toolchain: Toolchain) -> None:
    assert await formatted(toolchain, "fn a( {\n", (1, 1)) == "fn a( {\n"


async def test_carriage_returns_stay(toolchain: Toolchain) -> None:
    text = "fn a( ){ }\r\n\r\nfn b() {}\r\n"
    assert await formatted(toolchain, text, (1, 1)) == "fn a() {}\r\n\r\nfn b() {}\r\n"


async def test_lines_that_are_not_touched_keep_their_line_ends_where_both_kinds_are_used(toolchain: Toolchain) -> None:
    text = "fn a( ){ }\r\n\nfn b() {}\n\nfn c() {}\r\n"
    assert await formatted(toolchain, text, (1, 1)) == "fn a() {}\r\n\nfn b() {}\n\nfn c() {}\r\n"
    assert await formatted(toolchain, text, (3, 3)) == text


async def test_a_byte_order_mark_stays(toolchain: Toolchain) -> None:
    assert await formatted(toolchain, "\ufefffn a( ){ }\n", (1, 1)) == "\ufefffn a() {}\n"


async def test_a_last_line_gets_the_usual_line_end_when_it_is_touched(toolchain: Toolchain) -> None:
    assert await formatted(toolchain, "fn a() {}\r\n\r\nfn b( ){}", (1, 1)) == "fn a() {}\r\n\r\nfn b( ){}"
    assert await formatted(toolchain, "fn a() {}\r\n\r\nfn b( ){}", (3, 3)) == "fn a() {}\r\n\r\nfn b() {}\r\n"


async def test_nothing_touched_is_nothing_formatted(toolchain: Toolchain) -> None:
    assert await formatted(toolchain, "fn a( ){ }\n") == "fn a( ){ }\n"
