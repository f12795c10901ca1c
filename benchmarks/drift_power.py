"""The power of the drift alarm: how often it rings for a real drop, and how often for nothing.

Simulates pairs of canary runs and asks `is_drift` of each. Beside the drop, a share of cases flips both ways, as it
does when a brain changes without getting worse. `python -m benchmarks.drift_power` prints the table of docs/metrics.md.
"""

from __future__ import annotations

import argparse
from functools import cache

import numpy as np

from engine.evals.drift import is_drift
from engine.evals.metrics.intervals import paired_drop

SIZES = (50, 200, 500, 1000, 2500, 5000)
DROPS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.10)
CHURNS = (0.0, 0.02, 0.05)


@cache
def rings(lost: int, gained: int, n: int) -> bool:
    """Whether the alarm rings for so many flips."""
    return is_drift((lost - gained) / n, paired_drop(lost, gained, n)[0], n)


def power(n: int, drop: float, churn: float, runs: int, rng: np.random.Generator) -> float:
    """The share of simulated pairs of runs that ring.

    Of all cases, drop + churn / 2 are lost and churn / 2 gained.
    """
    flips = rng.multinomial(n, [drop + churn / 2, churn / 2, 1 - drop - churn], size=runs)
    return float(np.mean([rings(int(lost), int(gained), n) for lost, gained, _ in flips]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000, help="simulated pairs of runs a cell")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    heads = ["cases", "flips both ways", *("no drop" if not drop else f"{100 * drop:.0f} points" for drop in DROPS)]
    print("| " + " | ".join(heads) + " |")
    print("| " + " | ".join("---:" for _ in heads) + " |")
    for n in SIZES:
        for churn in CHURNS:
            cells = [f"{100 * power(n, drop, churn, asked.runs, rng):.1f} %" for drop in DROPS]
            print("| " + " | ".join([f"{n:,}", f"{100 * churn:.0f} %", *cells]) + " |")


if __name__ == "__main__":
    main()
