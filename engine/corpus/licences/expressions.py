"""Licence expressions in one spelling, and the branch of each OR that is relied on.

Expressions are parsed by license-expression against the SPDX list: what is not on it is not understood, and says so
with `CorpusError` instead of passing as something else. Deprecated identifiers become their successors
(``GPL-2.0+`` is ``GPL-2.0-or-later``), and the slash of old Cargo manifests is the OR that it was documented as.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.errors import CorpusError

if TYPE_CHECKING:
    from license_expression import Licensing

LONGEST = 1000
_SLASH = re.compile(r"\s*/\s*")
# Cargo's registry holds these words in numbers; each has one meaning only.
_SPELLINGS = {
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "the apache license, version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "apache-2.0+": "Apache-2.0",
    "mpl 2.0": "MPL-2.0",
    "mpl2": "MPL-2.0",
    "bsd3": "BSD-3-Clause",
    "bsd-3": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-2": "BSD-2-Clause",
    "public domain": "LicenseRef-scancode-public-domain",
}


@lru_cache(maxsize=1)
def _licensing() -> Licensing:
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


@lru_cache(maxsize=4096)
def normalise(written: str) -> str:
    """The SPDX expression for what a manifest or a header says, in the order it was written in.

    Normalising twice changes nothing. Raises `CorpusError` for what SPDX has no name for.
    """
    return str(_parse(written).render())


def identifiers(expression: str) -> tuple[str, ...]:
    """The licences that an expression names, once each and in order; one WITH its exception is one."""
    found: dict[str, None] = {}
    _leaves(_parse(expression), found)
    return tuple(found)


def choose(expression: str, rank: Callable[[str], tuple[int, ...]]) -> tuple[str, ...]:
    """The licences relied on: all parts of an AND, and of an OR the branch that ``rank`` puts first.

    A branch is as good as its worst licence; between equals the one with fewer licences is taken.
    """
    return tuple(sorted(_chosen(_parse(expression), rank), key=lambda one: (rank(one), one)))


def both(first: str | None, second: str | None) -> str | None:
    """The expression of what two texts ask for together; None where neither asks for anything."""
    if first is None or second is None or first == second:
        return first or second
    return normalise(" AND ".join(f"({part})" for part in (first, second)))


def _parse(written: str) -> Any:
    from license_expression import ExpressionError, ExpressionParseError, ParseError

    text = _SPELLINGS.get(" ".join(written.lower().split()), _SLASH.sub(" OR ", written.strip()))
    if not text or len(text) > LONGEST:
        raise CorpusError("the licence is not given" if not text else "the licence expression is too long to be one")
    try:
        parsed = _licensing().parse(text, validate=True, strict=True)
    except (ExpressionError, ExpressionParseError, ParseError, RecursionError) as error:
        raise CorpusError(f"`{written}` is no SPDX expression: {str(error).splitlines()[0]}") from error
    if parsed is None:
        raise CorpusError("the licence is not given")
    return parsed


def _leaves(node: Any, found: dict[str, None]) -> None:
    arguments = getattr(node, "args", ())
    if not arguments or not hasattr(node, "operator"):
        found[str(node.render())] = None
        return
    for argument in arguments:
        _leaves(argument, found)


def _chosen(node: Any, rank: Callable[[str], tuple[int, ...]]) -> frozenset[str]:
    arguments = getattr(node, "args", ())
    if not arguments or not hasattr(node, "operator"):
        return frozenset([str(node.render())])
    branches = [_chosen(argument, rank) for argument in arguments]
    if type(node).__name__ == "OR":
        return min(branches, key=lambda branch: (max(map(rank, branch)), len(branch), sorted(branch)))
    return frozenset().union(*branches)
