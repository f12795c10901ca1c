"""Switches: what can be one, how several share a place, and which of them an error is about."""

import subprocess

import pytest

from engine.rust.switches import switch_for, switched
from engine.rust.toolchain import find_toolchain
from engine.schema.diagnostic import Span
from engine.schema.patch import Edit

SOURCE = b"""pub const LIMIT: usize = 3;
pub const fn fixed(a: usize) -> usize { a + 1 }
pub fn sum(from: usize, to: usize) -> usize {
    let mut total = [0; 9][..to].len() - to;
    for i in from..to {
        if i < to && i != 3 {
            total += i;
        }
    }
    match total { 7 => 1, other => other }
}
"""


def edit(before: str, after: str, nth: int = 0) -> Edit:
    at = -1
    for _ in range(nth + 1):
        at = SOURCE.index(before.encode(), at + 1)
    return Edit(path="lib.rs", byte_start=at, byte_end=at + len(before), before=before, after=after)


def place(start: int, end: int) -> Span:
    rows = {"line_start": 1, "line_end": 1, "column_start": 1, "column_end": 1}
    return Span(file="lib.rs", byte_start=start, byte_end=end, primary=True, **rows)


@pytest.mark.parametrize(
    "change",
    [edit("3", "4"), edit("+ 1", "- 1"), edit("usize", "u8")],
    ids=["constant", "const fn", "type"],
)
def test_what_is_no_expression_at_run_time_cannot_be_switched(change):
    assert switch_for(0, SOURCE, [change]) is None


def test_a_pattern_is_switched_with_the_whole_match():
    switch = switch_for(0, SOURCE, [edit("7 =>", "8 =>")])
    assert switch.text == "match total { 8 => 1, other => other }"


def test_every_switch_does_what_its_change_does(tmp_path):
    changes = [
        edit("..", "..="),
        edit("..", "..=", 1),
        Edit(path="lib.rs", byte_start=SOURCE.index(b"to {"), byte_end=SOURCE.index(b"to {"), before="", after="="),
        edit("<", "<="),
        edit("&&", "||"),
        edit("+=", "-="),
        edit("3", "4", 1),
        edit("7", "8"),
    ]
    switches = [switch_for(number, SOURCE, [change]) for number, change in enumerate(changes)]
    made = switched({"lib.rs": SOURCE}, [each for each in switches if each], ["lib.rs"])
    main = b'fn main() { println!("{}", sum(1, 6)); }\n'
    program = build(tmp_path, "all", made.files["lib.rs"] + main)
    for number, change in enumerate(changes):
        plain = SOURCE[: change.byte_start] + change.after.encode() + SOURCE[change.byte_end :] + main
        assert run(program, number) == run(build(tmp_path, f"one{number}", plain), 99), change
    assert run(program, 99) == run(build(tmp_path, "none", SOURCE + main), 99)


def test_lines_stay_where_they_are():
    switch = switch_for(0, SOURCE, [edit("i < to && i != 3", "i != 3\n            && i < to")])
    made = switched({"lib.rs": SOURCE}, [switch], ["lib.rs"])
    assert made.files["lib.rs"].decode().splitlines()[6].strip() == "total += i;"


def test_an_error_blames_the_switch_whose_text_it_is_in_and_else_the_innermost_around():
    switches = [switch_for(0, SOURCE, [edit("&&", "||")]), switch_for(1, SOURCE, [edit("<", ">")])]
    made = switched({"lib.rs": SOURCE}, switches, ["lib.rs"])
    text = made.files["lib.rs"]
    outer, inner = text.index(b"i < to || i != 3"), text.index(b"i > to")
    assert made.blamed([place(outer, outer + 1)]) == {0}
    assert made.blamed([place(inner, inner + 6)]) == {1}
    kept = text.index(b"i < to }")
    assert made.blamed([place(kept, kept + 1)]) == {1}


def test_an_error_that_is_in_no_switch_is_laid_to_its_block_and_in_a_hurry_to_its_function():
    switches = [switch_for(0, SOURCE, [edit("&&", "||")]), switch_for(1, SOURCE, [edit("7", "8")])]
    made = switched({"lib.rs": SOURCE}, switches, ["lib.rs"])
    at = made.files["lib.rs"].index(b"total += i")
    assert made.blamed([place(at, at + 5)]) == set()
    assert made.beside([place(at, at + 5)]) == {0}
    assert made.beside([place(at, at + 5)], whole=True) == {0, 1}
    assert made.beside([place(0, 3)]) == set()


def test_lints_that_a_crate_denies_only_warn_about_switches(tmp_path):
    strict = b"#![deny(warnings)]\n#![cfg_attr(test, forbid(unused_parens))]\npub fn one() -> u8 { return 1; }\n"
    at = strict.index(b"1;")
    change = Edit(path="lib.rs", byte_start=at, byte_end=at + 1, before="1", after="2")
    made = switched({"lib.rs": strict}, [switch_for(0, strict, [change])], ["lib.rs"])
    assert made.files["lib.rs"].startswith(b"#![warn(warnings)]\n#![cfg_attr(test, warn  (unused_parens))]\n")
    assert build(tmp_path, "strict", made.files["lib.rs"] + b"fn main() { one(); }\n")


def build(folder, name, source: bytes):
    file = folder / f"{name}.rs"
    file.write_bytes(source)
    rustc = find_toolchain(folder).rustc
    command = [str(rustc), "--edition", "2021", "-A", "dead_code", "-o", str(folder / name), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / name


def run(program, choice: int) -> str:
    done = subprocess.run([program], env={"RUSTA_CHOICE": str(choice)}, capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout}"
