"""Root causes first: what is upstream, earlier in the compiler, or the reason for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import pytest

from engine.rust.queue import BORROWS, LINTS, RESOLUTION, SYNTAX, TYPES, Queued, order_queue, phase
from engine.rust.workspace import Package, Workspace
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool

Compile = Callable[..., tuple[Diagnostic, ...]]


def finding(
    name: str,
    code: str | None,
    line: int = 1,
    *,
    message: str = "",
    file: str = "src/lib.rs",
    level: Level = Level.ERROR,
    package: str = "demo",
) -> Diagnostic:
    span = Span(
        file=file, byte_start=line * 10, byte_end=line * 10 + 5, line_start=line, line_end=line,
        column_start=1, column_end=6, primary=True,
    )  # fmt: skip
    return Diagnostic(id=name, tool=Tool.RUSTC, level=level, code=code, message=message, spans=(span,), package=package)


def member(name: str, *dependencies: str) -> Package:
    return Package(name, name, name, "2021", True, False, False, dependencies)


def ids(queue: Sequence[Queued]) -> list[str]:
    return [entry.diagnostic.id for entry in queue]


def causes(queue: Sequence[Queued]) -> dict[str, str | None]:
    return {entry.diagnostic.id: entry.follows for entry in queue}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pub fn f( {\n", SYNTAX),
        ('pub fn f() { "open }\n', SYNTAX),
        ("pub fn f() { gone(); }\n", RESOLUTION),
        ("pub fn f() { gone!(); }\n", RESOLUTION),
        ('pub fn f() { println!("{} {}", 1); }\n', RESOLUTION),
        ("mod gone;\n", RESOLUTION),
        ("pub struct S { x: &str }\n", RESOLUTION),
        ("pub fn f() -> i32 { 1u8 }\n", TYPES),
        ("fn s<T: Send>(_: T) {}\npub fn f() { s(async { let r = std::rc::Rc::new(1); g().await; drop(r) }) }\n"
         "async fn g() {}\n", TYPES),
        ("pub fn f(v: Vec<i32>) { drop(v); drop(v); }\n", BORROWS),
        ("pub fn f<'a, 'b>(a: &'a i32, _b: &'b i32) -> &'b i32 { a }\n", BORROWS),
        ("#![deny(unused_variables)]\npub fn f() { let x = 1; }\n", LINTS),
        ("pub fn f() { let x = 1; }\n", LINTS),
    ],
)  # fmt: skip
def test_real_findings_are_known_by_the_phase_that_reports_them(compiled: Compile, source: str, expected: int) -> None:
    assert phase(compiled(source)[0]) == expected


def test_earlier_phases_come_first_and_warnings_last_whatever_order_they_come_in() -> None:
    found = [
        finding("syntax", None, 9, message="expected `;`", file="src/z.rs"),
        finding("name", "E0425", 8, message="cannot find value `x` in this scope"),
        finding("type", "E0308", 7),
        finding("borrow", "E0502", 6),
        finding("denied", "unused_mut", 1),
        finding("warning", "dead_code", 1, level=Level.WARNING),
    ]
    for shuffled in permutations(found):
        assert ids(order_queue(shuffled, None)) == ["syntax", "name", "type", "borrow", "denied", "warning"]


def test_upstream_members_come_first() -> None:
    workspace = Workspace(Path("/w"), (member("app", "base"), member("base")), False, False)
    found = [finding("a", "E0425", package="app"), finding("b", "E0502", package="base")]
    assert ids(order_queue(found, workspace)) == ["b", "a"]
    assert ids(order_queue(found, None)) == ["a", "b"]


def test_a_member_that_the_workspace_does_not_know_comes_last() -> None:
    workspace = Workspace(Path("/w"), (member("app"),), False, False)
    found = [finding("stranger", "E0425", package="elsewhere"), finding("own", "E0502", package="app")]
    assert ids(order_queue(found, workspace)) == ["own", "stranger"]


def test_within_a_phase_files_and_lines_decide() -> None:
    found = [finding("c", "E0308", 1, file="src/z.rs"), finding("b", "E0308", 20), finding("a", "E0308", 3)]
    assert ids(order_queue(found, None)) == ["a", "b", "c"]


def test_what_comes_after_a_syntax_error_follows_from_it_and_what_comes_before_does_not() -> None:
    found = [
        finding("syntax", None, 5, message="expected one of `;` or `}`"),
        finding("before", "E0308", 2),
        finding("after", "E0308", 9),
        finding("elsewhere", "E0308", 9, file="src/other.rs"),
    ]
    assert causes(order_queue(found, None)) == {
        "syntax": None,
        "before": None,
        "after": "syntax",
        "elsewhere": None,
    }


def test_what_mentions_a_name_that_does_not_resolve_follows_from_it() -> None:
    found = [
        finding("import", "E0432", 1, message="unresolved import `crate::shapes::Circle`"),
        finding("use", "E0599", 9, message="no function `new` found for struct `Circle`"),
        finding("other", "E0308", 9, message="mismatched types"),
    ]
    assert causes(order_queue(found, None)) == {"import": None, "use": "import", "other": None}


def test_a_missing_module_is_missed_in_other_files_too() -> None:
    found = [
        finding("module", "E0583", 1, message="file not found for module `shapes`"),
        finding("import", "E0432", 1, message="unresolved import `crate::shapes`", file="src/draw.rs"),
        finding("value", "E0425", 1, message="cannot find value `shapes` in this scope"),
        finding("far", "E0425", 1, message="cannot find value `other` in this scope", file="src/draw.rs"),
    ]
    assert causes(order_queue(found, None)) == {"module": None, "import": "module", "value": "module", "far": None}


def test_a_later_phase_on_the_same_lines_follows_an_earlier_one() -> None:
    found = [finding("type", "E0308", 4), finding("borrow", "E0502", 4), finding("far", "E0502", 40)]
    assert causes(order_queue(found, None)) == {"type": None, "borrow": "type", "far": None}


def test_warnings_and_other_packages_follow_from_nothing() -> None:
    found = [
        finding("syntax", None, 1, message="expected `;`"),
        finding("warning", "dead_code", 2, level=Level.WARNING),
        finding("denied", "unused_mut", 2),
        finding("other", "E0308", 2, package="other"),
    ]
    assert set(causes(order_queue(found, None)).values()) == {None}


def test_every_follower_names_a_finding_before_it(compiled: Compile) -> None:
    queue = order_queue(
        compiled("use crate::gone::Thing;\npub fn f(t: Thing) -> Other { t.go(missing) }\npub fn g() -> i32 { '' }\n"),
        None,
    )
    for at, entry in enumerate(queue):
        assert entry.follows is None or entry.follows in ids(queue[:at])


def test_findings_without_a_place_are_queued_too() -> None:
    nowhere = finding("nowhere", None, message="linking with `cc` failed").model_copy(update={"spans": ()})
    assert set(ids(order_queue([nowhere, finding("a", "E0308")], None))) == {"nowhere", "a"}


def test_the_first_of_several_causes_is_named_wherever_it_lies() -> None:
    queue = order_queue(
        [
            finding("import", "E0432", 9, message="unresolved import `gone`", file="src/z.rs"),
            finding("near", "E0433", 1, message="cannot find `gone` in this scope"),
            finding("late", "E0282", 1, message="type of `gone` is not known"),
            finding("syntax", None, 5, message="expected one of `;`", file="src/other.rs"),
            finding("below", "E0425", 6, message="cannot find `gone` here", file="src/other.rs"),
        ],
        None,
    )
    assert causes(queue) == {"syntax": None, "import": None, "near": "import", "late": "import", "below": "syntax"}
