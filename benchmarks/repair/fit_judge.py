"""Fits the judge on what measured sessions of the development half tried, and writes what it learnt.

    python benchmarks/repair/run.py --half dev --contestants unfitted --faults 150
    python benchmarks/repair/fit_judge.py --date DAY [--place DIR] [--half dev] [--seed 1] [--out FILE] [--json FILE]

For each of two moments there are two models: the belief as it stands, and a logistic regression with strong
regularisation, cross-fitted by crate (what is said of a crate comes from a model that has not seen it). Over each lies
nothing, Platt's line or isotonic steps, cross-fitted again. The one with the lowest Brier score out of fold, over
sessions, is fitted on everything and written, if it is lower than that of the belief by two standard errors; else the
belief stays as it is. Isotonic steps are not considered below 200 rows, where they learn chance
by heart (A. Niculescu-Mizil and R. Caruana, ICML 2005). Needs scikit-learn; what it writes does not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from crates import fetch, read_list
from judged import Row, rows_of
from run import Journal
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut
from traces import read_trace

from engine.brain.judge_weights import STAGES, Correction, Stage, Weight, logit
from engine.evals.metrics.calibration import Prediction, aurc, brier, calibration, reliability, risk_coverage
from engine.evals.recalibration import fit_correction
from engine.train.selfplay.fault import Fault

LEAST_FOR_STEPS = 200
KINDS = ("none", "platt", "isotonic")
# A candidate that is believed in more must not be judged less, nor one that comes later more.
SIGNS = {"belief": 1, "rank": -1, "clean": 1, "tests": 1, "masked": -1}
# By scikit-learn's C; None is no regression at all. Failures are few, and a weight that rests on two of them must not
# decide what she dares.
MODELS = {"belief": None, "regression": 0.1}
AS_IT_IS = Stage(0.0, {"belief": Weight(1.0, 0.0, 1.0)})


def fit_stage(rows: Sequence[Row], strength: float | None) -> Stage:
    """A logistic regression without a correction; a feature whose weight has a sign that it must not have is left out.

    ``strength`` is the C of its L2 penalty on standardised features: the smaller, the smaller the weights.
    """
    if strength is None:
        return AS_IT_IS
    names = [name for name in rows[0].features if len({row.features[name] for row in rows}) > 1]
    right = np.array([row.right for row in rows])
    if right.all() or not right.any():
        p = (right.sum() + 1) / (len(right) + 2)
        return Stage(logit(float(p)), {})
    while True:
        table = np.array([[row.features[name] for name in names] for row in rows])
        mean, spread = table.mean(axis=0), table.std(axis=0)
        model = LogisticRegression(C=strength).fit((table - mean) / spread, right, sample_weight=shares(rows))
        weights = dict(zip(names, model.coef_[0], strict=True))
        wrong = [name for name in names if weights[name] * SIGNS.get(name, 0) < 0]
        if not wrong:
            found = {
                name: Weight(float(weights[name]), float(mean[i]), float(spread[i])) for i, name in enumerate(names)
            }
            return Stage(float(model.intercept_[0]), found)
        names = [name for name in names if name not in wrong]
        if not names:
            return Stage(logit(float(right.mean())), {})


def shares(rows: Sequence[Row]) -> list[float]:
    """How much each row counts: sessions count alike, so that one that goes wrong by many tries counts no more."""
    sizes = Counter(row.fault for row in rows)
    return [len(rows) / len(sizes) / sizes[row.fault] for row in rows]


def fit_kind(kind: str, said: Sequence[float], right: Sequence[bool]) -> Correction:
    """A correction of predictions: nothing, a line in log-odds, or rising steps joined by lines."""
    if kind == "platt":
        line = fit_correction([Prediction(p, r) for p, r in zip(said, right, strict=True)])
        return Correction("platt", ((max(line.a, 0.0), line.b),))
    if kind == "isotonic":
        steps = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit(said, right)
        points = sorted(set(zip(map(float, steps.X_thresholds_), map(float, steps.y_thresholds_), strict=True)))
        return Correction("isotonic", tuple(points))
    return Correction()


def cross_fitted(rows: Sequence[Row], model: str) -> list[float]:
    """P(green) of each row from a model of the other crates."""
    crates = np.array([row.crate for row in rows])
    found = np.zeros(len(rows))
    for known, new in LeaveOneGroupOut().split(crates, groups=crates):
        stage = fit_stage([rows[i] for i in known], MODELS[model])
        found[new] = [stage.probability(rows[i].features) for i in new]
    return [float(p) for p in found]


def corrected(kind: str, said: Sequence[float], rows: Sequence[Row]) -> list[float]:
    """Predictions corrected by what was fitted on those of the other crates."""
    crates = np.array([row.crate for row in rows])
    found = np.zeros(len(rows))
    for known, new in LeaveOneGroupOut().split(crates, groups=crates):
        correction = fit_kind(kind, [said[i] for i in known], [rows[i].right for i in known])
        found[new] = [correction(said[i]) for i in new]
    return [float(p) for p in found]


def figures(said: Sequence[float], rows: Sequence[Row]) -> dict[str, Any]:
    """How well predictions fit what happened."""
    pairs = [Prediction(p, row.right) for p, row in zip(said, rows, strict=True)]
    squares = [(one.confidence - one.right) ** 2 for one in pairs]
    found = calibration(pairs)
    if found is None:
        return {"n": 0}
    return asdict(found) | {
        "brier": brier(pairs),
        "brier by session": float(np.average(squares, weights=shares(rows))),
        "squares": squares,
        "aurc": aurc(pairs),
        "coverage at 3 % risk": max((coverage for coverage, risk in risk_coverage(pairs) if risk <= 0.03), default=0.0),
        "bins": reliability(pairs),
    }


def gain(old: Sequence[float], new: Sequence[float], rows: Sequence[Row]) -> tuple[float, float]:
    """How much lower the new squared distances are than the old ones, mean over sessions, and its standard error."""
    sessions: dict[str, list[float]] = {}
    for before, after, row in zip(old, new, rows, strict=True):
        sessions.setdefault(row.fault, []).append(before - after)
    means = np.array([np.mean(each) for each in sessions.values()])
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else 0.0


def fit(rows: Sequence[Row]) -> tuple[Stage, dict[str, Any]]:
    """The stage that is shipped, and its out-of-fold figures."""
    said = {model: cross_fitted(rows, model) for model in MODELS}
    kinds = KINDS if len(rows) >= LEAST_FOR_STEPS else KINDS[:2]
    scores = {
        (model, kind): figures(corrected(kind, each, rows), rows) for model, each in said.items() for kind in kinds
    }
    plain = ("belief", "none")
    gains = {pair: gain(scores[plain]["squares"], each["squares"], rows) for pair, each in scores.items()}
    better = [pair for pair, (mean, error) in gains.items() if mean > 2 * error] or [plain]
    best, kind = min(better, key=lambda pair: scores[pair]["brier by session"])
    stage = fit_stage(rows, MODELS[best])
    correction = fit_kind(kind, said[best], [row.right for row in rows])
    told = {
        "n": len(rows),
        "right": sum(row.right for row in rows),
        "crates": len({row.crate for row in rows}),
        "faults": len({row.fault for row in rows}),
        "chosen": f"{best}, {kind}",
        "as it was said": figures([row.said for row in rows], rows),
        "out of fold": {", ".join(pair): each for pair, each in scores.items()},
    }
    return replace(stage, correction=correction), told


def read_rows(place: Path, half: str, seed: int, crates_file: Path) -> list[Row]:
    """The rows of all traces of sessions without a fitted judge."""
    journal = Journal(place / f"journal-{half}-{seed}.jsonl")
    faults = {}
    for file in sorted((place / "faults").glob(f"{half}-{seed}-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line != "{}":
                fault = Fault.read(line)
                faults[fault.id] = fault
    listed = tuple(each for each in read_list(crates_file) if each.half == half)
    folders = {crate.listed.name: crate.folder for crate in fetch(listed, place)}
    rows: list[Row] = []
    seen: set[str] = set()
    for file in sorted((place / "traces").glob("unfitted-*/*.json.gz"), key=lambda each: -each.stat().st_mtime):
        fault_id, revision = file.name.partition(".")[0], file.parent.name.removeprefix("unfitted-")
        row, fault = journal.rows.get((fault_id, "unfitted", revision)), faults.get(fault_id)
        if row is None or fault is None or fault_id in seen or row.get("outcome") == "out of patience":
            continue
        seen.add(fault_id)
        folder = folders[fault.crate]
        rows.extend(rows_of(fault, row["fixed"], read_trace(file), lambda path, at=folder: _read(at / path)))
    return rows


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _shown(stage: Stage) -> dict[str, Any]:
    return {
        "start": round(stage.start, 4),
        "weights": {
            name: [round(each.weight, 4), round(each.mean, 4), round(each.spread, 4)]
            for name, each in stage.weights.items()
        },
        "correction": {
            "kind": stage.correction.kind,
            "points": [[round(x, 4), round(y, 4)] for x, y in stage.correction.points],
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).parent
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rusta" / "repair"
    parser.add_argument("--place", type=Path, default=cache)
    parser.add_argument("--crates", type=Path, default=here / "crates.txt")
    parser.add_argument("--half", choices=["dev", "held-out"], default="dev")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--date", required=True, help="the day of the sessions, for the record: YYYY-MM-DD")
    parser.add_argument("--out", type=Path, default=here.parents[1] / "data" / "judge.json")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    rows = read_rows(options.place.absolute(), options.half, options.seed, options.crates)
    content: dict[str, Any] = {"v": 1}
    told_all: dict[str, Any] = {}
    for name in STAGES:
        own = [row for row in rows if row.stage == name]
        stage, told = fit(own)
        content[name] = _shown(stage)
        told_all[name] = told
        best, was = told["out of fold"][told["chosen"]], told["as it was said"]
        print(f"{name}: n {told['n']} ({told['right']} right), {told['faults']} faults, {told['crates']} crates")
        for title, each in (("as it was said", was), *told["out of fold"].items()):
            print(
                f"  {title:<20} ECE {each['ece']:.3f} [{each['low']:.3f}, {each['high']:.3f}] null {each['null']:.3f},"
                f" Brier {each['brier']:.4f}, by session {each['brier by session']:.4f}, AURC {each['aurc']:.4f},"
                f" sure at 3 % risk {each['coverage at 3 % risk']:.0%}"
            )
        print(f"  {told['chosen']}: " + ", ".join(f"{key} {w.weight:+.2f}" for key, w in stage.weights.items()))
        content[name]["made"] = {key: told[key] for key in ("chosen", "n", "right", "faults", "crates")} | {
            key: round(best[key], 4) for key in ("ece", "low", "high", "null", "brier", "aurc")
        }
    content["made"] = {
        "by": "python benchmarks/repair/fit_judge.py",
        "on": options.date,
        "from": f"sessions of the {options.half} half of the repair benchmark, seed {options.seed}",
        "crates": sorted({row.crate for row in rows}),
    }
    options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(told_all) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
