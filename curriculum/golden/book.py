"""What is on record of the challenge: goldens, months, attempts and the trend, as facts for whoever shows them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from curriculum.golden.edition import Standing, draw, is_sealed, sealed_goldens, standings, this_month, title_of
from curriculum.golden.scoring import WEIGHTS
from engine.errors import RustaError
from engine.evals.caseset import CaseFiles, CaseSet
from engine.evals.metrics.intervals import mean_figure
from engine.evals.sealed import WORN_AFTER, Sealed
from engine.store.golden import GoldenAttempt, GoldenExam, Ruling
from engine.store.store import Store


def months(store: Store) -> list[str]:
    """The months there is something to show of: those that were taken, and this one, in order."""
    return sorted({this_month(), *(edition.month for edition in store.golden_editions())})


def goldens_listed(store: Store, goldens: CaseSet, sealed: Sealed) -> list[dict[str, Any]]:
    """Every golden: what it is, how the mentor ruled, the months it was asked in, and her last score."""
    ruled = standings(store.golden_rulings())
    asked = {edition.month: edition.ids for edition in store.golden_editions()}
    last = {one.golden: one.total for one in store.golden_attempts() if one.total is not None}
    return [
        {
            **_golden(found, ruled, sealed),
            "months": [month for month, ids in asked.items() if found.case.id in ids],
            "last": last.get(found.case.id),
        }
        for found in goldens.cases
    ]


def month_facts(store: Store, goldens: CaseSet, sealed: Sealed, month: str) -> dict[str, Any]:
    """An edition with her scores, and the goldens that are not in it.

    The exam shown is the first one that was finished, else the last one begun. Raises `RustaError` for a month
    without an edition.
    """
    ruled = standings(store.golden_rulings())
    edition = store.golden_edition(month)
    if edition is None and month != this_month():
        raise RustaError(f"there is no edition of {month}", fix=f"there are those of {', '.join(months(store))}")
    ids = edition.ids if edition else _ids(month, goldens, sealed, ruled)
    held = {found.case.id: found for found in goldens.cases}
    exams = store.golden_exams(month)
    exam = shown_exam(exams)
    scored = {one.golden: one for one in store.golden_attempts(exam.run)} if exam else {}
    every = months(store)
    place = every.index(month)
    return {
        "month": month,
        "before": every[place - 1] if place else None,
        "after": every[place + 1] if place + 1 < len(every) else None,
        "now": month == this_month(),
        "taken": bool(exam and exam.ended),
        "unfinished": bool(exams and exams[-1].ended is None),
        "exams": len(exams),
        "worn": len(exams) > 1,
        "worn_out": len(store.golden_exams()) > WORN_AFTER,
        "run": exam.run if exam else None,
        "at": exam.at if exam else None,
        "brain": exam.brain if exam else None,
        "total": mean_total(list(scored.values())),
        "retakes": [mean_total(store.golden_attempts(one.run)) for one in exams if exam and one.run != exam.run],
        "weights": WEIGHTS,
        "cases": [_placed(id_, held.get(id_), ruled, sealed, scored.get(id_)) for id_ in ids],
        "others": [_golden(found, ruled, sealed) for found in goldens.cases if found.case.id not in ids],
    }


def attempt_facts(store: Store, goldens: CaseSet, sealed: Sealed, month: str, golden: str) -> dict[str, Any]:
    """One case of a month: her attempt in full beside the golden. The golden alone where she has made none."""
    found = find_golden(goldens, golden)
    exam = shown_exam(store.golden_exams(month))
    scored = {one.golden: one for one in store.golden_attempts(exam.run)} if exam else {}
    ruled = standings(store.golden_rulings())
    facts = _placed(found.case.id, found, ruled, sealed, scored.get(found.case.id))
    if found.case.id in scored:
        return {"month": month, **facts, **scored[found.case.id].body}
    from curriculum.golden.size import golden_diff

    return {"month": month, **facts, "diff": "", "golden": golden_diff(found.before, found.after)}


def trend_facts(store: Store) -> list[dict[str, Any]]:
    """A line a month, oldest first: the mean score of its first finished exam with its 95 % interval.

    ``common`` is the mean rise over the cases that the month shares with the one before it: editions differ, and so
    do their cases; None where they share none. ``pinned`` is the mean over the goldens that were pinned.
    """
    lines: list[dict[str, Any]] = []
    before: Mapping[str, float] = {}
    for edition in store.golden_editions():
        exams = store.golden_exams(edition.month)
        exam = shown_exam(exams)
        if exam is None or exam.ended is None:
            continue
        scores = {one.golden: one.total for one in store.golden_attempts(exam.run) if one.total is not None}
        figure = mean_figure("golden", "total", "Score", [value / 100 for value in scores.values()])
        pinned = [scores[id_] for id_, _, pin in edition.cases if pin and id_ in scores]
        shared = [scores[id_] - before[id_] for id_ in scores if id_ in before]
        lines.append(
            {
                "month": edition.month,
                "total": _percent(figure.value),
                "low": _percent(figure.low),
                "high": _percent(figure.high),
                "n": len(scores),
                "fixed": sum(one.status == "fixed" for one in store.golden_attempts(exam.run)),
                "exams": len(exams),
                "worn": len(exams) > 1,
                "brain": exam.brain,
                "pinned": round(statistics.fmean(pinned), 1) if pinned else None,
                "common": round(statistics.fmean(shared), 1) if shared else None,
                "shared": len(shared),
            }
        )
        before = scores
    return lines


def rule(store: Store, goldens: CaseSet, golden: str, ruling: Ruling, reason: str) -> dict[str, Any]:
    """Pins, unpins, retires or restores a golden. `RustaError` when that changes nothing, or without a reason."""
    id_ = find_golden(goldens, golden).case.id
    before = standings(store.golden_rulings()).get(id_, Standing())
    changes = {
        "pin": not before.pinned,
        "unpin": before.pinned,
        "retire": not before.retired,
        "restore": before.retired,
    }
    if not changes[ruling]:
        said = {"pin": "pinned already", "unpin": "not pinned", "retire": "retired already", "restore": "not retired"}
        raise RustaError(f"{id_} is {said[ruling]}", fix="see `rusta golden list`")
    store.rule_golden(id_, ruling, reason)
    after = standings(store.golden_rulings())[id_]
    edition = store.golden_edition(this_month())
    return {"golden": id_, **vars(after), "from_next_month": edition is not None}


def find_golden(goldens: CaseSet, name: str) -> CaseFiles:
    """The golden with that id, or whose id alone begins so. `RustaError` when there is none, or several."""
    exact = [found for found in goldens.cases if found.case.id == name]
    begins = exact or [found for found in goldens.cases if name and found.case.id.startswith(name)]
    if len(begins) != 1:
        said = f"{len(begins)} goldens begin with {name}" if begins else f"there is no golden {name}"
        raise RustaError(said, fix="`rusta golden list` shows them")
    return begins[0]


def shown_exam(exams: Sequence[GoldenExam]) -> GoldenExam | None:
    """The exam that counts: the first that was finished; while there is none, the last that began."""
    return next((exam for exam in exams if exam.ended), exams[-1] if exams else None)


def mean_total(attempts: Sequence[GoldenAttempt]) -> float | None:
    """The mean score of an exam so far, to a tenth; None before the first."""
    known = [one.total for one in attempts if one.total is not None]
    return round(statistics.fmean(known), 1) if known else None


def _ids(month: str, goldens: CaseSet, sealed: Sealed, ruled: Mapping[str, Standing]) -> tuple[str, ...]:
    return tuple(found.case.id for found in draw(month, sealed_goldens(goldens, sealed), ruled).cases)


def _golden(found: CaseFiles, ruled: Mapping[str, Standing], sealed: Sealed) -> dict[str, Any]:
    return {
        "id": found.case.id,
        "title": title_of(found.case.id),
        "family": found.case.family,
        "tags": [tag for tag in found.case.tags if tag != "golden"],
        "lines": found.lines,
        "sealed": is_sealed(found, sealed.seals),
        **vars(ruled.get(found.case.id, Standing())),
    }


def _placed(
    id_: str,
    found: CaseFiles | None,
    ruled: Mapping[str, Standing],
    sealed: Sealed,
    attempt: GoldenAttempt | None,
) -> dict[str, Any]:
    known = _golden(found, ruled, sealed) if found else {"id": id_, "title": "", "family": "", "tags": []}
    if attempt is None:
        return {**known, "status": None, "score": None, "parts": None, "seconds": None}
    body = attempt.body
    return {
        **known,
        "status": attempt.status,
        "score": attempt.total,
        "parts": {name: body["parts"][name] for name in WEIGHTS},
        "seconds": body["seconds"],
    }


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 1)
