"""Names that are no longer brought in, or brought in from nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rust.tree import text_of, used_names
from engine.train.selfplay.operators.operator import (
    Mutation,
    Operator,
    Source,
    elements,
    is_inside,
    misspelt,
    replaced,
    without_element,
    without_line,
)


def _drop_use(source: Source) -> Iterator[Mutation]:
    for use in source.nodes("use_declaration"):
        yield without_line(source, use)


def _drop_used_name(source: Source) -> Iterator[Mutation]:
    for listed in source.nodes("use_list"):
        names = elements(listed)
        for name in names if len(names) > 1 else ():
            yield without_element(name)


def _misspell_use(source: Source) -> Iterator[Mutation]:
    for use in source.nodes("use_declaration"):
        for _, node in used_names(use):
            leaf = node.child_by_field_name("name") if node.type == "scoped_identifier" else node
            if leaf is not None and leaf.type == "identifier":
                yield replaced(leaf, misspelt(text_of(leaf)))


def _drop_qualifier(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("scoped_identifier", "scoped_type_identifier"):
        name, path = node.child_by_field_name("name"), node.child_by_field_name("path")
        if name is None or path is None or is_inside(node, "use_declaration", "visibility_modifier"):
            continue
        if node.parent is not None and not node.parent.type.startswith("scoped"):
            yield replaced(node, name)


def _misspell_module(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("scoped_identifier", "scoped_type_identifier"):
        path = node.child_by_field_name("path")
        if path is not None and path.type == "identifier" and text_of(path) not in ("Self", "self"):
            yield replaced(path, misspelt(text_of(path)))


OPERATORS = (
    Operator("drop_use", "imports", "leaves out an import", ("E0433", "E0425", "E0405", "E0599"), _drop_use),
    Operator(
        "drop_used_name",
        "imports",
        "leaves out one name of an import list",
        ("E0433", "E0425", "E0405"),
        _drop_used_name,
    ),
    Operator("misspell_use", "imports", "misspells an imported name", ("E0432",), _misspell_use),
    Operator(
        "drop_qualifier", "imports", "leaves out the path before a name", ("E0425", "E0433", "E0107"), _drop_qualifier
    ),
    Operator("misspell_module", "imports", "misspells a module or type in a path", ("E0433",), _misspell_module),
)
