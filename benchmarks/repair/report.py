"""The tables of the repair benchmark."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from calibration import calibrate

from engine.evals.metrics.calibration import Prediction, aurc, brier, calibration, reliability, risk_coverage
from engine.train.selfplay.fault import Fault

Rows = dict[str, list[dict[str, Any]]]
RISK = 0.03
HERS = ("rusta", "rusta-byte")
MOMENTS = {"before any probe": "first", "when she first decides to apply": "decided"}


def report(faults: Sequence[Fault], rows: Rows) -> dict[str, Any]:
    """Prints every table as Markdown; the figures as JSON will have them."""
    kinds: dict[str, Callable[[Fault], bool]] = {
        "single faults that the compiler sees": lambda fault: len(fault.edits) == 1 and fault.shows == "compiler",
        "single faults that only tests see": lambda fault: len(fault.edits) == 1 and fault.shows == "test",
        "double faults": lambda fault: len(fault.edits) == 2,
    }
    figures: dict[str, Any] = {}
    for title, belongs in kinds.items():
        chosen = [index for index, fault in enumerate(faults) if belongs(fault)]
        if chosen:
            figures[title] = _whole(title, {name: [each[i] for i in chosen] for name, each in rows.items()})
    figures["by operator"] = _parted("operator", faults, rows, lambda fault: fault.operators)
    figures["by code"] = _parted("code", faults, rows, lambda fault: fault.codes or ("test",))
    for name in HERS:
        if rows.get(name):
            singles = [row for fault, row in zip(faults, rows[name], strict=True) if len(fault.edits) == 1]
            figures["confidence" if name == "rusta" else f"confidence of {name}"] = _confidence(name, singles)
            _failures(name, faults, rows[name])
    return figures


def _whole(title: str, rows: Rows) -> dict[str, Any]:
    count = len(next(iter(rows.values())))
    print(f"\n### {title[0].upper()}{title[1:]} (n = {count})\n")
    columns = ("compiles", "tests pass, nothing deleted", "exactly as before", "compiles, but wrong", "by deletion")
    print(f"| contestant | {' | '.join(columns)} | calls a fix | seconds a fix |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    found = {}
    for name, each in rows.items():
        fixed = [row for row in each if row["fixed"]]
        figures = {
            "compiles": sum(row["compiles"] for row in each) / count,
            "fixed": len(fixed) / count,
            "exact": sum(row["exact"] for row in each) / count,
            "wrong": sum(row["compiles"] and row["changed"] and not row["fixed"] for row in each) / count,
            "deleted": sum(bool(row["lost"]) for row in each) / count,
            "calls": statistics.median(row["calls"] for row in fixed) if fixed else None,
            "seconds": statistics.median(row["seconds"] for row in fixed) if fixed else None,
        }
        found[name] = figures | {"n": count}
        shares = [f"{figures[key]:.1%}" for key in ("compiles", "fixed", "exact", "wrong", "deleted")]
        costs = [f"{figures[key]:.1f}" if figures[key] is not None else "–" for key in ("calls", "seconds")]
        print(f"| {name} | {' | '.join([*shares, *costs])} |")
    return found


def _parted(
    what: str, faults: Sequence[Fault], rows: Rows, parts: Callable[[Fault], Sequence[str]]
) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, fault in enumerate(faults):
        for part in dict.fromkeys(parts(fault)):
            groups[part].append(index)
    print(f"\n### By {what}: fixed of met\n")
    print(f"| {what} | met | {' | '.join(rows)} |")
    print(f"| --- | --- | {' | '.join('---' for _ in rows)} |")
    found = {}
    for part, chosen in sorted(groups.items()):
        fixed = {name: sum(each[i]["fixed"] for i in chosen) for name, each in rows.items()}
        found[part] = {"n": len(chosen), **fixed}
        print(f"| {part} | {len(chosen)} | {' | '.join(str(count) for count in fixed.values())} |")
    return found


def _confidence(name: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How true what she said of single faults came, at two moments, and what the surest of it is worth."""
    print(f"\n### Her confidence on single faults: {name}\n")
    columns = ("when", "n", "right", "ECE, equal mass", "95 % interval", "null", "ECE, ten widths", "null")
    print(f"| {' | '.join((*columns, 'Brier', 'AURC', 'sure at 3 % risk'))} |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    found: dict[str, Any] = {}
    for title, key in MOMENTS.items():
        said = [
            Prediction(float(row[key]), bool(row[f"{key}_stood"] and row["fixed"]))
            for row in rows
            if row.get(key) is not None and f"{key}_stood" in row
        ]
        result = calibration(said)
        if result is None:
            continue
        curve = risk_coverage(said)
        covered = max((coverage for coverage, risk in curve if risk <= RISK), default=0.0)
        wide = calibrate([(one.confidence, one.right) for one in said])
        found[key] = asdict(result) | {
            "ten widths": asdict(wide),
            "brier": brier(said),
            "aurc": aurc(said),
            "coverage at 3 % risk": covered,
            "bins_told": reliability(said),
            "right": sum(one.right for one in said) / len(said),
            "risk_coverage": curve,
            "pairs": [(one.confidence, one.right) for one in said],
        }
        interval = f"{result.low:.3f}–{result.high:.3f}"
        told = (wide.ece, wide.null, found[key]["brier"], found[key]["aurc"])
        scores = f"{' | '.join(f'{value:.3f}' for value in told)} | {covered:.0%}"
        right = found[key]["right"]
        print(f"| {title} | {result.n} | {right:.0%} | {result.ece:.3f} | {interval} | {result.null:.3f} | {scores} |")
    if found:
        print("\nReliability, bins of equal mass: said → came true (n)\n")
    for title, key in MOMENTS.items():
        if key in found:
            bins = (f"{said:.2f} → {right:.2f} ({n})" for said, right, n in found[key]["bins_told"])
            print(f"- {title}: {'; '.join(bins)}")
    return found


def _failures(name: str, faults: Sequence[Fault], rows: Sequence[dict[str, Any]]) -> None:
    print(f"\n### What {name} did not mend\n")
    for fault, row in zip(faults, rows, strict=True):
        if not row["fixed"]:
            edits = "; ".join(f"`{_short(edit.before)}` → `{_short(edit.after)}`" for edit in fault.edits)
            why = row["lost"][0] if row["lost"] else row.get("reason") or row.get("outcome", "")
            codes = " ".join(fault.codes) or "test"
            print(f"- {fault.crate} {'+'.join(fault.operators)} ({codes}): {edits} — {row.get('outcome')}: {why}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 50 else f"{line[:49]}…"
