"""Invented content: values that a change would make up, because nothing in the crate determines them.

Some errors leave a hole that the compiler lets anything fill: an arm for a new variant, the body of a required
method, a new field or argument. What fills it is *determined* where its siblings all agree, where they are made of
their own names and so is it, where it is worked out from what is at hand, or where documentation or a test speaks of
the very case. A literal that merely fits is a guess: it compiles, the tests stay green, and it may be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.brain.moves.move import Site, ticks
from engine.errors import PatchError
from engine.rust.substance import is_constant
from engine.rust.tree import ancestors, base_name, descendants, item_name, parse_tree, text_of
from engine.schema.edits import apply_edits

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.brain.protocol import Candidate, Context
    from engine.schema.patch import Edit

_HOLES = frozenset(("E0004", "E0046", "E0061", "E0063"))
_CONSTRUCTORS = re.compile(r"new|default|empty|with_\w+|open|create|init\w*|start\w*|build")
_EMPTY = re.compile(
    r"0(?:\.0)?|false|None|\"\"|(?:\w+::)*(?:new|default)\(\)|vec!\[\]|\[\]|\(\)|(?:\w+::)*\w+::new\(\)|String::new\(\)"
)
_PLAIN = frozenset(("Some", "None", "Ok", "Err", "Self"))
_NAME = re.compile(r"[A-Z]\w*")
_DEPTH = 3
_QUOTES = "{}\"'()"
# What belief is left in a guess; a judgement. It would compile, and tests that do not speak of it would be green.
_BELIEF = 0.25
# Methods that are called without being named: by operators, macros, loops and conversions.
_IMPLIED = frozenset(
    """
    add add_assign as_ref borrow cmp default deref deref_mut div drop eq fmt from from_iter from_str hash index
    index_mut into into_iter mul ne neg next not partial_cmp rem sub sub_assign to_string try_from try_into
    """.split()  # noqa: SIM905
)


def confess(context: Context, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, those that make something up marked so and believed in less: what is determined goes first."""
    if context.diagnostic.code not in _HOLES:
        return list(candidates)
    witness = Witness(Site(context))
    return [_confessed(candidate, witness.invented(candidate.edits)) for candidate in candidates]


def _confessed(candidate: Candidate, invented: str) -> Candidate:
    # Where the like stood before in this repository, somebody has decided.
    if not invented or candidate.near:
        return candidate
    return replace(candidate, invented=invented, confidence=candidate.confidence * _BELIEF)


class Witness:
    """What a crate says of the cases of a finding: read once, asked for each candidate."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def invented(self, edits: tuple[Edit, ...]) -> str:
        """What ``edits`` would make up to mend the finding, in one clause; "" where nothing is."""
        code = self.site.diagnostic.code or ""
        if code not in _HOLES or self.site.span is None:
            return ""
        after = _after(self.site, edits)
        if after is None:
            return ""
        match code:
            case "E0004":
                return _arm(self, after)
            case "E0046":
                return _body(self, after)
            case "E0063":
                return _field(self, after)
            case _:
                return _argument(self, after)

    @property
    def is_open(self) -> bool:
        """Whether nothing says what a match should do in the cases that it leaves out.

        Its arms all give constants, which differ and do not come from their cases' names, and no test speaks of a
        missing case.
        """
        match = self.site.around(self.site.node, "match_expression")
        block = match.child_by_field_name("body") if match is not None else None
        arms = [each for each in block.named_children if each.type == "match_arm"] if block is not None else []
        values = {_plain(arm.child_by_field_name("pattern")): arm.child_by_field_name("value") for arm in arms}
        bodies = {pattern: _plain(value) for pattern, value in values.items()}
        constant = all(value is not None and is_constant(value) for value in values.values())
        own = ((body, name) for pattern, body in bodies.items() for name in _NAME.findall(pattern))
        if (
            len(set(bodies.values())) < 2
            or not constant
            or any(form in body for body, name in own for form in _forms(name))
        ):
            return False
        names = _names(" ".join(_missing(self.site)))
        return bool(names) and not self.tested(names[-1], _function_name(match))

    @cached_property
    def sources(self) -> tuple[tuple[str, bytes], ...]:
        """The crate's files."""
        found = ((path, self.site.context.read(path)) for path in self.site.context.index.files())
        return tuple((path, source) for path, source in found if source is not None)

    @cached_property
    def tests(self) -> tuple[str, ...]:
        """The functions with a `test` attribute, and every function in `tests/`."""
        return tuple(
            text_of(node)
            for path, source in self.sources
            for outside in ["/tests/" in f"/{path}"]
            if outside or b"test" in source
            for node in descendants(parse_tree(source).root_node)
            if node.type == "function_item" and (outside or _is_test(node))
        )

    @cached_property
    def bodies(self) -> dict[str, str]:
        """The functions' bodies by name."""
        return {
            text_of(node.child_by_field_name("name")): text_of(node.child_by_field_name("body"))
            for _, source in self.sources
            for node in descendants(parse_tree(source).root_node)
            if node.type == "function_item"
        }

    @cached_property
    def documentation(self) -> tuple[str, ...]:
        """The lines of documentation comments."""
        lines = (line.strip() for _, source in self.sources for line in source.decode("utf-8", "replace").splitlines())
        return tuple(line for line in lines if line.startswith(("///", "//!")))

    def tested(self, name: str, where: str) -> bool:
        """Whether one test both names a case and goes through the function ``where`` that decides about it."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        callers = self._callers(where)
        return any(word.search(test) and (where in _IMPLIED or callers.search(test)) for test in self.tests)

    def documented(self, name: str, value: Node) -> bool:
        """Whether a line of documentation has a word of the name, and the value."""
        wanted = _plain(value).strip(_QUOTES)
        if not wanted:
            return False
        forms = [form.casefold() for form in _forms(name)]
        word = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
        return any(word.search(line) and any(form in line.casefold() for form in forms) for line in self.documentation)

    def is_said(self, name: str, where: str, value: Node) -> bool:
        """Whether a test speaks of a case by its name, or documentation by its name and the value.

        A case without a name of its own (`_`, a range) is spoken of by every test that goes through the function.
        """
        if not name:
            return self.reached(where)
        return self.tested(name, where) or self.documented(name, value)

    def reached(self, function: str) -> bool:
        """Whether a test calls a function, or one that calls it, by name."""
        callers = self._callers(function)
        return bool(function) and any(callers.search(test) for test in self.tests)

    def _callers(self, function: str) -> re.Pattern[str]:
        """A pattern for the names of a function and of those that call it."""
        names = {function}
        for _ in range(_DEPTH):
            pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\s*(?:::<[^>]*>)?\(")
            names |= {name for name, body in self.bodies.items() if pattern.search(body)}
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def _after(site: Site, edits: tuple[Edit, ...]) -> bytes | None:
    own = [edit for edit in edits if edit.path == site.path]
    try:
        return apply_edits(site.source, own) if own else None
    except PatchError:
        return None


def _plain(node: Node | str | None) -> str:
    """A text without layout and the comma behind an arm."""
    return "".join((node if isinstance(node, str) else text_of(node)).split()).rstrip(",")


def _new_ones(site: Site, after: bytes, kind: str) -> list[Node]:
    """The nodes of a kind that are in the changed file and, letter for letter, not in the old one."""
    old = {_plain(node) for node in descendants(site.root) if node.type == kind}
    return [node for node in descendants(parse_tree(after).root_node) if node.type == kind and _plain(node) not in old]


def _arm(crate: Witness, after: bytes) -> str:
    site = crate.site
    match = site.around(site.node, "match_expression")
    block = match.child_by_field_name("body") if match is not None else None
    if block is None:
        return ""
    arms = [each for each in block.named_children if each.type == "match_arm"]
    siblings = {_plain(arm.child_by_field_name("pattern")): _plain(arm.child_by_field_name("value")) for arm in arms}
    where = _function_name(match)
    for arm in _new_ones(site, after, "match_arm"):
        pattern, value = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        if pattern is None or value is None or not _is_guess(value, siblings.values()):
            continue
        # What a wildcard takes in are the cases that the compiler misses.
        names = _names(text_of(pattern)) or _names(" ".join(_missing(site)))
        variant = names[-1] if names else ""
        if _by_name(_plain(value), variant, siblings) or crate.is_said(variant, where, value):
            continue
        return _clause(where, f"`{' '.join(text_of(pattern).split())}`", value)
    return ""


def _missing(site: Site) -> tuple[str, ...]:
    """The patterns that the compiler says are not covered."""
    return ticks((site.span.label if site.span else None) or site.diagnostic.message)


def _names(pattern: str) -> list[str]:
    """The names of variants in a pattern, those of the prelude left out."""
    return [name for name in _NAME.findall(pattern) if name not in _PLAIN]


def _is_guess(value: Node, siblings: Iterable[str]) -> bool:
    """A constant, or a copy of one neighbour's body with its literals, that not all the siblings have."""
    others = list(siblings)
    text = _plain(value)
    if len(others) > 1 and set(others) == {text}:
        return False
    if is_constant(value):
        return True
    copied = others.count(text) == 1 and len(others) > 1
    return copied and any(each.type.endswith("_literal") for each in descendants(value))


def _by_name(value: str, name: str, siblings: dict[str, str]) -> bool:
    """Whether a value is made of its case's name, as the siblings' values are of theirs."""
    if not name or not any(form in value for form in _forms(name)):
        return False
    return any(
        form in body for pattern, body in siblings.items() for each in _NAME.findall(pattern) for form in _forms(each)
    )


def _forms(name: str) -> tuple[str, ...]:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return (name, name.lower(), name.upper(), snake, snake.replace("_", "-"), snake.replace("_", " "))


def _body(crate: Witness, after: bytes) -> str:
    site = crate.site
    holder = site.around(site.node, "impl_item")
    if holder is None:
        return ""
    trait, kind = base_name(holder.child_by_field_name("trait")), item_name(holder)
    missing = ticks(site.diagnostic.message.split("missing:", 1)[-1])
    own = (node for node in descendants(parse_tree(after).root_node) if node.type == "impl_item")
    mended = next((node for node in own if _is_impl(node, trait, kind)), None)
    for function in descendants(mended) if mended is not None else ():
        name, body = text_of(function.child_by_field_name("name")), function.child_by_field_name("body")
        if function.type != "function_item" or name not in missing or body is None or not is_constant(body):
            continue
        siblings = dict(sibling_bodies(site, trait, name))
        text = _plain(body)
        if len(siblings) > 1 and set(siblings.values()) == {text}:
            continue
        said = _listed(site, name, text) and text not in siblings.values()
        if said or _by_name(text, kind, siblings) or crate.is_said(kind, name, body):
            continue
        return _clause(name, f"`{kind}`", body)
    return ""


def _is_impl(node: Node, trait: str, kind: str) -> bool:
    return base_name(node.child_by_field_name("trait")) == trait and item_name(node) == kind


def _listed(site: Site, method: str, value: str) -> bool:
    """Whether the documentation of the trait's own method names a value."""
    word = re.compile(rf"(?<!\w){re.escape(value.strip(_QUOTES))}(?!\w)")
    return any(word.search(line) for line in documentation_of(site, method))


def documentation_of(site: Site, method: str) -> tuple[str, ...]:
    """The lines of documentation of the trait's method that the finding's "from trait" label points to."""
    span = next(iter(site.labelled("from trait")), None)
    node = site.node_of(span) if span is not None else None
    before = node.prev_named_sibling if node is not None and method in text_of(node) else None
    lines: list[str] = []
    while before is not None and before.type in ("line_comment", "attribute_item"):
        lines.insert(0, text_of(before).strip())
        before = before.prev_named_sibling
    return tuple(line.removeprefix("///").strip() for line in lines if line.startswith("///"))


def sibling_bodies(site: Site, trait: str, method: str) -> Iterator[tuple[str, str]]:
    """The bodies, without layout, that the crate's types give a method of a trait, by type."""
    for path in site.context.index.files():
        source = site.context.read(path) or b""
        if trait.encode() not in source:
            continue
        for node in descendants(parse_tree(source).root_node):
            if node.type == "impl_item" and base_name(node.child_by_field_name("trait")) == trait:
                for each in descendants(node):
                    if each.type == "function_item" and text_of(each.child_by_field_name("name")) == method:
                        yield item_name(node), _plain(each.child_by_field_name("body"))


def _field(crate: Witness, after: bytes) -> str:
    site = crate.site
    literal = site.around(site.node, "struct_expression")
    missing = set(ticks(site.diagnostic.message.split(" in initializer", 1)[0]))
    where = _function_name(site.node)
    if literal is None or crate.reached(where):
        return ""
    kind = base_name(literal.child_by_field_name("name"))
    for given in _new_ones(site, after, "field_initializer"):
        name, value = text_of(given.child_by_field_name("field")), given.child_by_field_name("value")
        if name not in missing or value is None or not is_constant(value):
            continue
        if _CONSTRUCTORS.fullmatch(where) and _EMPTY.fullmatch(_plain(value)):
            continue
        others = {_plain(other) for other in _given_elsewhere(crate, kind, name)}
        if others == {_plain(value)} or crate.documented(name, value):
            continue
        return _clause(where or kind, f"the field `{name}`", value)
    return ""


def _given_elsewhere(crate: Witness, kind: str, field: str) -> Iterator[Node]:
    for _, source in crate.sources:
        for node in descendants(parse_tree(source).root_node):
            if node.type == "struct_expression" and base_name(node.child_by_field_name("name")) == kind:
                for each in descendants(node):
                    if each.type == "field_initializer" and text_of(each.child_by_field_name("field")) == field:
                        value = each.child_by_field_name("value")
                        if value is not None:
                            yield value


def _argument(crate: Witness, after: bytes) -> str:
    site = crate.site
    call = site.around(site.node, "call_expression")
    where = _function_name(site.node)
    if call is None or crate.reached(where):
        return ""
    function = _plain(call.child_by_field_name("function"))
    old = call.child_by_field_name("arguments")
    before = [_plain(each) for each in old.named_children] if old is not None else []
    for changed in _new_ones(site, after, "call_expression"):
        arguments = changed.child_by_field_name("arguments")
        if arguments is None or _plain(changed.child_by_field_name("function")) != function:
            continue
        for at, value in enumerate(arguments.named_children):
            if _plain(value) not in before and is_constant(value) and not _passed_elsewhere(crate, function, at, value):
                return _clause(where or function, f"argument {at + 1} of `{function}`", value)
    return ""


def _passed_elsewhere(crate: Witness, function: str, at: int, value: Node) -> bool:
    name = re.split(r"\W", function)[-1]
    for _, source in crate.sources:
        if name.encode() not in source:
            continue
        for node in descendants(parse_tree(source).root_node):
            arguments = node.child_by_field_name("arguments") if node.type == "call_expression" else None
            called = _plain(node.child_by_field_name("function")) if arguments is not None else ""
            given = arguments.named_children if arguments is not None else []
            if re.split(r"\W", called)[-1] == name and at < len(given) and _plain(given[at]) == _plain(value):
                return True
    return False


def _is_test(node: Node) -> bool:
    before = node.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment"):
        if before.type == "attribute_item" and re.search(r"\btest\b", text_of(before)):
            return True
        before = before.prev_named_sibling
    return False


def _function_name(node: Node | None) -> str:
    function = next((each for each in ancestors(node) if each.type == "function_item"), None)
    return text_of(function.child_by_field_name("name")) if function is not None else ""


def _clause(where: str, case: str, value: Node) -> str:
    shown = " ".join(text_of(value).split()).rstrip(",")
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    return (
        f"`{shown}` for {case}{f' in `{where}`' if where else ''} would be my invention: no neighbour determines it, "
        "and neither a test nor the documentation speaks of it"
    )
