"""Which goldens a month asks: drawn from the sealed set by the month's name, so that everybody draws the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.errors import RustaError
from engine.evals.caseset import CaseFiles, CaseSet
from engine.evals.sealed import Seal, Sealed
from engine.resources import shipped
from engine.store.golden import GoldenEdition, GoldenRuling

SIZE = 6  # cases a month; more only where more are pinned
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Standing:
    """What the mentor's rulings come to for one golden. ``reason`` and ``at`` are those of the last one."""

    pinned: bool = False
    retired: bool = False
    reason: str = ""
    at: str = ""


def this_month() -> str:
    """The month, UTC, as YYYY-MM."""
    return f"{datetime.now(UTC):%Y-%m}"


def check_month(month: str) -> str:
    """The month itself; `RustaError` where it is none."""
    if not _MONTH.fullmatch(month):
        raise RustaError(f"{month} is no month", fix="write it as YYYY-MM, like 2026-01")
    return month


def standings(rulings: Iterable[GoldenRuling]) -> dict[str, Standing]:
    """How each golden stands that was ever ruled upon. One that is retired is not asked, pinned or not."""
    found: dict[str, Standing] = {}
    for ruling in rulings:
        before = found.get(ruling.golden, Standing())
        found[ruling.golden] = Standing(
            pinned=ruling.ruling == "pin" or (before.pinned and ruling.ruling != "unpin"),
            retired=ruling.ruling == "retire" or (before.retired and ruling.ruling != "restore"),
            reason=ruling.reason,
            at=ruling.at,
        )
    return found


def sealed_goldens(goldens: CaseSet, sealed: Sealed) -> CaseSet:
    """The goldens whose content is the one that was sealed: one that was changed since proves nothing.

    Raises `RustaError` when none is.
    """
    found = [known for known in goldens.cases if is_sealed(known, sealed.seals)]
    if not found:
        raise RustaError("no golden is sealed", fix="`rusta eval seal golden --task golden` seals them")
    return CaseSet(goldens.source, tuple(found))


def is_sealed(found: CaseFiles, seals: Iterable[Seal]) -> bool:
    """Whether a seal holds the case as it is."""
    return any(seal.cases.get(found.case.id) == found.digest for seal in seals)


def draw(month: str, goldens: CaseSet, rulings: Mapping[str, Standing], size: int = SIZE) -> CaseSet:
    """The edition of a month: every pinned golden, and others up to ``size`` by the hash of month and id.

    Raises `RustaError` when every golden is retired.
    """
    asked = [known for known in goldens.cases if not rulings.get(known.case.id, Standing()).retired]
    if not asked:
        raise RustaError("every golden is retired", fix="`rusta golden restore` brings one back")
    pinned = [known for known in asked if rulings.get(known.case.id, Standing()).pinned]
    others = sorted((known for known in asked if known not in pinned), key=lambda known: _lot(month, known.case.id))
    drawn = [*pinned, *others[: max(0, size - len(pinned))]]
    return CaseSet(goldens.source, tuple(sorted(drawn, key=lambda known: known.case.id)))


def thaw(edition: GoldenEdition, goldens: CaseSet) -> CaseSet:
    """The cases of an edition that was frozen. `RustaError` when one is not what it was, or is gone."""
    held = {known.case.id: known for known in goldens.cases}
    for id_, digest, _ in edition.cases:
        if id_ not in held or held[id_].digest != digest:
            raise RustaError(
                f"golden {id_} is not what the edition of {edition.month} asked",
                fix="restore data/golden as it was, or wait for the next month",
            )
    return CaseSet(goldens.source, tuple(held[id_] for id_ in edition.ids))


def frozen(cases: CaseSet, rulings: Mapping[str, Standing]) -> tuple[tuple[str, str, bool], ...]:
    """What the store keeps of a drawn edition."""
    return tuple((known.case.id, known.digest, rulings.get(known.case.id, Standing()).pinned) for known in cases.cases)


def title_of(golden: str) -> str:
    """What goes wrong in a shipped golden: the comment above its head; "" where it has none."""
    try:
        first = (shipped("data", "golden") / golden / "case.yaml").read_text(encoding="utf-8").partition("\n")[0]
    except OSError:
        return ""
    return first.removeprefix("# ") if first.startswith("# ") else ""


def _lot(month: str, golden: str) -> str:
    return hashlib.sha256(f"{month}\0{golden}".encode()).hexdigest()
