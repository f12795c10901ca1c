"""What holds of the guard for any code: nothing lost is never named, a lost statement always is."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rust.guard import bought_by_deletion

_NAMES = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=8).map(lambda text: f"v_{text}")
_STATEMENTS = st.builds(
    lambda shape, a, b: shape.format(a=a, b=b),
    st.sampled_from(
        [
            "let {a} = {b}(1);",
            "{a}({b});",
            "if {a} {{ {b}(); }}",
            "for {a} in {b}() {{ step({a}); }}",
            "{a}.push({b});",
            'println!("{a}", {b});',
            "{a} = {b} + 1;",
            "match {a} {{ Kind::One => {b}(1), _ => {b}(2) }}",
            "let {a} = |x| {{ {b}(x); x + 1 }};",
        ]
    ),
    _NAMES,
    _NAMES,
)
_BODIES = st.lists(_STATEMENTS, min_size=2, max_size=8, unique=True)


def _file(statements: list[str]) -> dict[str, bytes | None]:
    return {"src/lib.rs": ("pub fn around() {\n    " + "\n    ".join(statements) + "\n}\n").encode()}


@given(_BODIES, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_reordered_statements_are_clean(statements: list[str], order: random.Random) -> None:
    mixed = order.sample(statements, len(statements))
    assert bought_by_deletion(_file(statements), _file(mixed)) == ()


@given(_BODIES, _BODIES)
@settings(max_examples=60, deadline=None)
def test_added_statements_are_clean(statements: list[str], more: list[str]) -> None:
    assert bought_by_deletion(_file(statements), _file([*more, *statements])) == ()


@given(_BODIES, st.data())
@settings(max_examples=120, deadline=None)
def test_a_deleted_statement_is_named(statements: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(statements) - 1))
    rest = [statement for at, statement in enumerate(statements) if at != gone]
    assert bought_by_deletion(_file(statements), _file(rest)) != ()


@given(_BODIES, st.data())
@settings(max_examples=60, deadline=None)
def test_a_commented_statement_is_named(statements: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(statements) - 1))
    rest = [f"// {statement}" if at == gone else statement for at, statement in enumerate(statements)]
    assert bought_by_deletion(_file(statements), _file(rest)) != ()


@given(st.binary(max_size=200), st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_judged_without_an_error(before: bytes, after: bytes) -> None:
    bought_by_deletion({"src/lib.rs": before, "Cargo.toml": before}, {"src/lib.rs": after, "Cargo.toml": None})


@given(_BODIES)
@settings(max_examples=30, deadline=None)
def test_an_emptied_function_is_named(statements: list[str]) -> None:
    assert "body of `around` emptied" in bought_by_deletion(_file(statements), _file([]))
