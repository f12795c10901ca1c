"""Matches that leave cases out: arms with a real body, taken from the arms that are there.

Book ch. 6.2, Reference "Match expressions"; E0004, E0005, E0023, E0027, E0532, E0533.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import uses
from engine.brain.moves.move import Fix, Site, move, ticks
from engine.brain.moves.suggested import is_forbidden
from engine.rust.scope import names_in_scope
from engine.rust.tree import text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFAULTS = {
    "bool": "false",
    "String": "String::new()",
    "&str": '""',
    "&'static str": '""',
    "char": "' '",
    "f32": "0.0",
    "f64": "0.0",
}
_INTEGERS = frozenset(f"{sign}{size}" for sign in "ui" for size in ("8", "16", "32", "64", "128", "size"))


def missing_patterns(site: Site) -> tuple[str, ...]:
    """The patterns that the compiler says are not covered, none when it only gives examples of them."""
    label = site.span.label if site.span else None
    text = label or site.diagnostic.message
    return () if "more not covered" in text else ticks(text)


def _arms(match: Node) -> list[Node]:
    body = match.child_by_field_name("body")
    return [each for each in body.named_children if each.type == "match_arm"] if body is not None else []


def _pattern(arm: Node) -> str:
    return text_of(arm.child_by_field_name("pattern"))


def _body(arm: Node) -> str:
    return text_of(arm.child_by_field_name("value"))


@move("add-the-missing-arm", "E0004", prior=0.5)
def add_the_missing_arm(site: Site) -> Iterator[Fix]:
    """Adds an arm for each case that is left out, with the body of the arm it resembles most.

    Where the siblings have the same body, that one; else a sibling's body in which the variant's name is
    replaced; else what the function gives when there is nothing.
    """
    match = site.around(site.node, "match_expression")
    patterns = missing_patterns(site)
    if match is None or not patterns:
        return
    arms = _arms(match)
    statement = f"the match leaves out {', '.join(f'`{each}`' for each in patterns)}"
    bodies = dict(_bodies(site, match, arms, patterns))
    for number, body in enumerate(bodies):
        written = [_adapted(pattern, arms, body) for pattern in patterns]
        if any(each is None for each in written):
            continue
        cases = [f"{pattern} => {text}" for pattern, text in (each for each in written if each)]
        if len(patterns) > 1 and len({text for _, text in (each for each in written if each)}) == 1:
            joined = " | ".join(pattern for pattern, _ in (each for each in written if each))
            cases = [f"{joined} => {body}"]
        if is_forbidden(body) or "panic!" in body:
            continue
        yield Fix(
            f"Give {', '.join(f'`{each}`' for each in patterns)} an arm: `{' '.join(body.split())}`.",
            tuple(_insert(site, match, arms, cases)),
            statement,
            bodies[body] * (1.0 if number == 0 else 0.9),
            "What the case should do is my guess from its neighbours.",
        )


def _bodies(site: Site, match: Node, arms: list[Node], patterns: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Bodies for a missing arm, likeliest first, with their weights."""
    counted = Counter(_body(arm).rstrip(",") for arm in arms)
    name = patterns[0].split("(")[0].split("{")[0].strip().rsplit("::", 1)[-1]
    # `Color::Red => "red"` next to a missing `Color::Blue` says what that gives.
    for arm in arms:
        other = _pattern(arm).split("(")[0].split("{")[0].strip().rsplit("::", 1)[-1]
        body = _body(arm)
        for change in (str, str.lower, str.upper):
            if other and len(other) > 1 and change(other) in body:
                yield body.replace(change(other), change(name)), 1.2
                break
    for body, count in counted.most_common():
        bound = {
            text_of(each)
            for arm in arms
            if _body(arm).rstrip(",") == body
            for each in site.inside(arm.child_by_field_name("pattern"), "identifier")
        }
        arm = next(arm for arm in arms if _body(arm).rstrip(",") == body)
        value = arm.child_by_field_name("value")
        lent = [each for each in bound if value is not None and each[:1].islower() and uses(value, each)]
        same_shape = "(" in patterns[0] and "(" in _pattern(arm)
        if not lent or same_shape:
            yield body, 1.0 if count > 1 else 0.5
    unit = match.parent is not None and match.parent.type in ("expression_statement",)
    function = site.around(match, "function_item")
    gives = text_of(function.child_by_field_name("return_type")) if function is not None else ""
    if unit or (not gives and match.parent is not None and match.parent.type == "block"):
        yield "{}", 1.0
    for kind, nothing in (("Option<", "None"), ("Result<()", "Ok(())"), ("Vec<", "Vec::new()")):
        if gives.startswith(kind):
            yield nothing, 0.6
    if gives in _INTEGERS:
        yield "0", 0.4
    if gives in _DEFAULTS:
        yield _DEFAULTS[gives], 0.4


def _adapted(pattern: str, arms: list[Node], body: str) -> tuple[str, str] | None:
    """The pattern with the names that a sibling's body needs; types' ranges without their suffixes."""
    pattern = re.sub(r"(\d)_(?:[iu](?:\d+|size))\b", r"\1", pattern)
    # Where the siblings leave the reference to the compiler, so does the new arm.
    if pattern.startswith("&") and not any(_pattern(arm).startswith("&") for arm in arms):
        pattern = pattern[1:]
    if pattern in ("&_", "_"):
        return "_", body
    for arm in arms:
        if _body(arm).rstrip(",") != body:
            continue
        inner = re.fullmatch(r"[^(]*\((.*)\)", _pattern(arm))
        hole = re.fullmatch(r"([^(]*)\((_(?:, _)*)\)", pattern)
        if inner and hole and inner[1].count(",") == hole[2].count(","):
            return f"{hole[1]}({inner[1]})", body
    return pattern, body


def _insert(site: Site, match: Node, arms: list[Node], cases: list[str]) -> Iterator[Edit]:
    body = match.child_by_field_name("body")
    if body is None:
        return
    if not arms:
        inner = site.indent(match.start_byte) + "    "
        lines = "".join(f"{site.newline}{inner}{case}," for case in cases)
        yield site.edit(body.start_byte, body.end_byte, f"{{{lines}{site.newline}{site.indent(match.start_byte)}}}")
        return
    last = arms[-1]
    ending = text_of(last)
    comma = "" if ending.endswith((",", "}")) else ","
    if text_of(body).count("\n"):
        lines = "".join(f"{site.newline}{site.indent(last.start_byte)}{case}," for case in cases)
    else:
        lines = "".join(f" {case}," for case in cases).rstrip(",")
        comma = "" if ending.endswith(",") else ","
    yield site.insert(last.end_byte, comma + lines)


@move("leave-when-it-does-not-match", "E0005", prior=0.5)
def leave_when_it_does_not_match(site: Site) -> Iterator[Fix]:
    """Gives a `let` with a pattern that may fail an `else` that leaves: return, continue, or an early None or Err."""
    let = site.around(site.node, "let_declaration")
    if let is None or let.child_by_field_name("alternative") is not None:
        return
    function = site.around(let, "function_item")
    gives = text_of(function.child_by_field_name("return_type")) if function is not None else ""
    loop = site.around(let, "for_expression", "while_expression", "loop_expression", "function_item")
    ways = []
    if loop is not None and loop.type != "function_item":
        ways.append(("continue", 1.0))
    if not gives:
        ways.append(("return", 1.2))
    elif gives.startswith("Option<"):
        ways.append(("return None", 1.3))
    elif gives.startswith("Result<()"):
        ways.append(("return Ok(())", 0.5))
    elif gives == "bool":
        ways.append(("return false", 0.8))
    for way, weight in ways:
        yield Fix(
            f"Leave with `{way}` when it does not match.",
            (site.insert(let.end_byte - 1, f" else {{ {way} }}"),),
            "the pattern may fail and nothing says what then",
            weight,
        )


@move("ignore-the-other-fields", "E0023", "E0027", prior=0.7)
def ignore_the_other_fields(site: Site) -> Iterator[Fix]:
    """Names the fields that a pattern leaves out with `..`, or with one `_` each."""
    pattern = site.around(site.node, "struct_pattern", "tuple_struct_pattern")
    if pattern is None:
        return
    text = text_of(pattern)
    if ".." in text:
        return
    inside = text[text.index("{" if "{" in text else "(") + 1 : -1].strip()
    comma = "" if not inside or inside.endswith(",") else ","
    tail = (
        " "
        if pattern.type == "struct_pattern" and site.source[pattern.end_byte - 2 : pattern.end_byte - 1] != b" "
        else ""
    )
    at = pattern.start_byte + len(text[:-1].rstrip().encode())
    yield Fix(
        "Leave the other fields out with `..`.",
        (site.insert(at, f"{comma} ..{tail}" if inside else ".."),),
        "the pattern does not name all fields",
    )
    if pattern.type == "tuple_struct_pattern" and (found := re.search(r"has (\d+) fields?", site.diagnostic.message)):
        count = len([part for part in inside.split(",") if part.strip()])
        missing = int(found[1]) - count
        if 0 < missing <= 4:
            yield Fix(
                "Name the other fields `_`.",
                (site.insert(at, (comma + " " if inside else "") + ", ".join("_" * missing)),),
                "the pattern does not name all fields",
                0.8,
            )


@move("bind-what-the-variant-holds", "E0532", "E0533", "E0425", prior=0.6)
def bind_what_the_variant_holds(site: Site) -> Iterator[Fix]:
    """Binds in a pattern what its variant holds, under the names that the arm uses and nothing binds."""
    arm = site.around(site.node, "match_arm", "let_condition", "if_expression")
    if arm is None:
        return
    every = (site.diagnostic, *site.context.others)
    known = {*names_in_scope(site.source, arm.end_byte - 1), "self"}
    body = arm.child_by_field_name("value") or arm.child_by_field_name("consequence") or arm
    spoken = [
        text_of(each)
        for each in site.inside(body, "identifier")
        if each.parent is not None and not each.parent.type.startswith(("scoped", "macro", "field_init"))
    ]
    names = [name for name in dict.fromkeys(spoken) if name not in known and name[:1].islower()]
    spans = [each.primary for each in every if each.code in ("E0532", "E0533") and each.primary is not None]
    for span in spans:
        if span.file != site.path or not arm.start_byte <= span.byte_start < arm.end_byte or not names:
            continue
        shown = site.text(span.byte_start, span.byte_end)
        bound = f"({', '.join(names)})" if "struct variant" not in site.said else f" {{ {', '.join(names)}, .. }}"
        yield Fix(
            f"Write `{shown}{bound}`.",
            (site.insert(span.byte_end, bound),),
            f"`{shown}` holds what the arm uses, and the pattern does not bind it",
        )
