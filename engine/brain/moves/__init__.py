"""Moves: one file a family, each an edit she knows how to make and when."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from engine.brain.moves.move import Move

FAMILIES = (
    "ownership",
    "borrowing",
    "conversion",
    "naming",
    "traits",
    "binding",
    "visibility",
    "slips",
    "matching",
    "lifetimes",
    "syntax",
    "calls",
    "fields",
    "contracts",
    "associated",
    "parameters",
    "chains",
    "inference",
    "declarations",
    "grammar",
    "packages",
    "documented",
    "advice",
    "restored",
    "returning",
    "operands",
    "literals",
    "iteration",
    "formatting",
    "agreement",
    "bodies",
    "logic",
)


@cache
def all_moves() -> tuple[Move, ...]:
    """Every move she knows, family by family."""
    found: list[Move] = []
    for family in FAMILIES:
        module = import_module(f"engine.brain.moves.{family}")
        found.extend(value for value in vars(module).values() if isinstance(value, Move))
    return tuple(found)


def moves_for(code: str | None) -> tuple[Move, ...]:
    """The moves for an error code; None asks for those that mend errors without one."""
    return tuple(move for move in all_moves() if (code or "") in move.codes)


def family_of(name: str) -> str:
    """The family that a move belongs to, "" when there is no such move."""
    for family in FAMILIES:
        module = import_module(f"engine.brain.moves.{family}")
        if any(isinstance(value, Move) and value.name == name for value in vars(module).values()):
            return family
    return ""
