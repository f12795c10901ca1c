"""The operators of bug injection, one file a family."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import RustaError
from engine.train.selfplay.operators import (
    borrows,
    calls,
    delimiters,
    imports,
    lifetimes,
    logic,
    matches,
    mutability,
    names,
    traits,
    types,
    visibility,
)
from engine.train.selfplay.operators.operator import Mutation, Operator, Source

__all__ = ["Mutation", "Operator", "Source", "all_operators", "chosen_operators"]

_FAMILIES = (
    types,
    borrows,
    mutability,
    lifetimes,
    traits,
    imports,
    names,
    calls,
    matches,
    delimiters,
    visibility,
    logic,
)


def all_operators() -> tuple[Operator, ...]:
    """Every operator, family by family."""
    return tuple(operator for family in _FAMILIES for operator in family.OPERATORS)


def chosen_operators(names: Iterable[str]) -> tuple[Operator, ...]:
    """The operators of these names, or of families of these names; `RustaError` when there is no such thing."""
    wanted = set(names)
    known = {operator.name for operator in all_operators()} | {operator.family for operator in all_operators()}
    if unknown := sorted(wanted - known):
        raise RustaError(f"no operator and no family is called {unknown[0]}", fix="see docs/selfplay.md")
    return tuple(each for each in all_operators() if each.name in wanted or each.family in wanted)
