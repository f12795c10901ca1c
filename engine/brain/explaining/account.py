"""What a family of errors has to say of one finding, and how families are found by error code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from engine.brain.explaining.scene import Scene

FAMILIES = (
    "types",
    "operators",
    "names",
    "imports",
    "ownership",
    "borrows",
    "mutability",
    "lifetimes",
    "fields",
    "matches",
    "privacy",
    "contracts",
    "grammar",
    "shapes",
    "lints",
    "behaviour",
)


@dataclass(frozen=True)
class Account:
    """The parts of an explanation, each a full sentence or "".

    ``meaning`` is what the compiler means, ``because`` are the facts of this code that bring it about, ``rule`` is the
    invariant behind it. ``question`` is what only the mentor can answer: the code needs something that nothing in the
    repository says.
    """

    meaning: str
    because: tuple[str, ...] = ()
    rule: str = ""
    question: str = ""


Teller = Callable[[Scene], Account | None]


@dataclass(frozen=True)
class Reader:
    """A function that accounts for findings of some error codes; "" stands for a finding without a code."""

    codes: frozenset[str]
    tell: Teller


def reader(*codes: str) -> Callable[[Teller], Reader]:
    """Makes a reader of a function."""

    def make(tell: Teller) -> Reader:
        return Reader(frozenset(codes), tell)

    return make


@cache
def _readers() -> tuple[Reader, ...]:
    modules = (import_module(f"engine.brain.explaining.{family}") for family in FAMILIES)
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Reader))


def account_of(scene: Scene) -> Account | None:
    """The account of the first reader of the finding's code that knows what to say; None where none does."""
    code = scene.found.code or ""
    kind = "clippy" if code.startswith("clippy::") else code
    accounts = (each.tell(scene) for each in _readers() if kind in each.codes)
    return next((account for account in accounts if account is not None), None)
