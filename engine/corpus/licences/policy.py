"""What a licence allows a training corpus: which terms mix, which keep to themselves, and which are not understood.

The order of `PERMISSIVE` is the order of preference where an OR leaves a choice: the fewer duties the better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.corpus.licences.expressions import choose

Terms = Literal["permissive", "share-alike", "weak-copyleft", "strong-copyleft", "unknown"]
Pack = Literal["permissive", "share-alike"]  # what a corpus may be made of: one of them, never both

PERMISSIVE: dict[str, str] = {
    "CC0-1.0": "dedicated to the public domain",
    "Unlicense": "dedicated to the public domain",
    "0BSD": "no duty at all",
    "MIT-0": "no duty at all",
    "WTFPL": "no duty at all",
    "BSL-1.0": "the notice stays with source only",
    "Zlib": "the notice stays with source only; altered source is marked",
    "MIT": "copyright and permission notice stay",
    "MIT-Modern-Variant": "as MIT",
    "X11": "as MIT; no use of names in advertising",
    "ISC": "copyright and permission notice stay",
    "BSD-1-Clause": "the notice stays with source",
    "BSD-2-Clause": "notice and disclaimer stay",
    "BSD-2-Clause-Patent": "as BSD-2-Clause, with a patent grant",
    "BSD-2-Clause-Views": "notice and disclaimer stay",
    "BSD-3-Clause": "notice and disclaimer stay; no endorsement",
    "BSD-3-Clause-Clear": "as BSD-3-Clause; no patent grant",
    "BSD-Source-Code": "notice and disclaimer stay with source",
    "NCSA": "notice and disclaimer stay; no endorsement",
    "UPL-1.0": "notice stays; with a patent grant",
    "HPND": "notice stays; no endorsement",
    "curl": "as MIT; no endorsement",
    "NTP": "notice stays; no endorsement",
    "ICU": "as MIT; no endorsement",
    "Unicode-3.0": "notice stays with data files and software",
    "Unicode-DFS-2016": "notice stays with data files and software",
    "Unicode-DFS-2015": "notice stays with data files and software",
    "bzip2-1.0.6": "notice stays; altered source is marked",
    "libpng-2.0": "notice stays; altered source is marked",
    "Libpng": "notice stays; altered source is marked",
    "IJG": "notice stays; changes are marked",
    "SGI-B-2.0": "as MIT; no endorsement",
    "PostgreSQL": "notice stays",
    "SunPro": "notice stays",
    "blessing": "no duty at all",
    "PSF-2.0": "notice stays; changes are summarised",
    "Python-2.0": "notices stay; changes are summarised",
    "BlueOak-1.0.0": "the text or a link to it goes along",
    "AFL-3.0": "notices stay; changes are marked",
    "MulanPSL-2.0": "text and notices stay; with a patent grant",
    "Apache-1.1": "notice and acknowledgement stay; no endorsement",
    "Apache-2.0 WITH LLVM-exception": "as Apache-2.0, freer for compiled code",
    "Apache-2.0": "text and NOTICE stay; changes are marked; with a patent grant",
    "CC-BY-3.0": "attribution; changes are marked",
    "CC-BY-4.0": "attribution; changes are marked",
    "LicenseRef-scancode-public-domain": "in the public domain",
}
_SHARE_ALIKE = ("CC-BY-SA-",)
_WEAK = (
    "LGPL-",
    "MPL-",
    "EPL-",
    "CDDL-",
    "CPL-",
    "EUPL-",
    "OSL-",
    "MS-RL",
    "APSL-",
    "IPL-",
    "QPL-",
    "OFL-",
    "CECILL-C",
)
_STRONG = ("GPL-", "AGPL-", "SSPL-", "CECILL-", "Sleepycat", "RPL-", "Parity-", "GFDL-", "NPOSL-", "BUSL-")
_RANKS: dict[Terms, int] = {
    "permissive": 0,
    "share-alike": 1,
    "weak-copyleft": 2,
    "strong-copyleft": 3,
    "unknown": 4,
}
_PREFERENCE = {name: place for place, name in enumerate(PERMISSIVE)}


@dataclass(frozen=True, slots=True)
class Ruling:
    """The licences relied on and the terms of the strictest of them."""

    chosen: tuple[str, ...]
    terms: Terms


def terms_of(licence: str) -> Terms:
    """The terms of one licence (one WITH its exception counts as the licence: an exception only frees)."""
    bare = licence.partition(" WITH ")[0]
    if licence in PERMISSIVE or bare in PERMISSIVE:
        return "permissive"
    if bare.startswith(_SHARE_ALIKE):
        return "share-alike"
    if bare.startswith(_WEAK):
        return "weak-copyleft"
    return "strong-copyleft" if bare.startswith(_STRONG) else "unknown"


def rank(licence: str) -> tuple[int, ...]:
    """Lower is better: first the terms, then the place in `PERMISSIVE`."""
    known = _PREFERENCE.get(licence, _PREFERENCE.get(licence.partition(" WITH ")[0], len(_PREFERENCE)))
    return _RANKS[terms_of(licence)], known


def rule(expression: str) -> Ruling:
    """What an SPDX expression comes to. Raises `CorpusError` when it is none."""
    chosen = choose(expression, rank)
    return Ruling(chosen, max(map(terms_of, chosen), key=_RANKS.__getitem__))
