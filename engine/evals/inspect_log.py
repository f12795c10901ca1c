"""A run as a log of inspect_ai (https://inspect.aisi.org.uk/eval-logs.html), so that `inspect view` opens it.

Written from the format alone: inspect_ai is not needed to write one.
"""

from __future__ import annotations

import hashlib
from typing import Any

from engine.evals.figures import Figure
from engine.evals.metrics.card import figures_of
from engine.evals.record import CaseResult, Run, RunHead, Status

_VERSION = 2
# inspect's own signs: correct, incorrect, no answer.
_SCORES = {Status.FIXED: "C", Status.ABSTAINED: "N", Status.WRONG: "I", Status.FAILED: "I", Status.ERROR: "N"}
_SCORER = "rusta"


def inspect_log(run: Run) -> dict[str, Any]:
    """The log, ready for JSON. A case is a sample; its status is the score, and whether that was right its value."""
    head = run.head
    ended = run.end.at if run.end else head.at
    figures = [figure for figure in figures_of(run) if figure.value is not None]
    return {
        "version": _VERSION,
        "status": "success" if run.finished else "cancelled",
        "eval": _spec(head, run),
        "plan": {
            "name": "plan",
            "steps": [{"solver": head.brain, "params": {"mode": head.mode, "memory": head.memory}}],
        },
        "results": {
            "total_samples": head.total,
            "completed_samples": len(run.results),
            "scores": [
                {
                    "name": _SCORER,
                    "scorer": _SCORER,
                    "scored_samples": sum(result.counts for result in run.results),
                    "unscored_samples": sum(not result.counts for result in run.results),
                    "params": {},
                    "metrics": {figure.name: _metric(figure) for figure in figures},
                }
            ],
        },
        "stats": {"started_at": head.at, "completed_at": ended, "model_usage": {}},
        "samples": [_sample(result) for result in run.results],
    }


def _spec(head: RunHead, run: Run) -> dict[str, Any]:
    commit = (head.commit or "").rstrip("+")
    revision = {"type": "git", "origin": "", "commit": commit, "dirty": (head.commit or "").endswith("+")}
    return {
        "eval_id": _short(head.run),
        "run_id": _short(head.run),
        "created": head.at,
        "task": head.task,
        "task_id": _short(head.case_set),
        "task_version": 0,
        "task_attribs": {},
        "task_args": {},
        "solver": head.brain,
        "solver_args": {},
        "model": f"rusta/{head.brain}",
        "model_args": {"weights": head.weights} if head.weights else {},
        "dataset": {
            "name": head.task,
            "location": head.cases,
            "samples": len(head.ids),
            "sample_ids": list(head.ids),
            "shuffled": False,
        },
        "config": {
            "epochs": head.epochs,
            "time_limit": int(head.limits.wall_seconds),
            "max_samples": head.parallel,
            "fail_on_error": False,
        },
        **({"revision": revision} if commit else {}),
        "packages": {"toolchain": head.toolchain},
        "scorers": [{"name": _SCORER, "options": {}, "metrics": []}],
        "metadata": {
            "policy": head.policy,
            "case_set": head.case_set,
            "isolation": head.isolation,
            "platform": head.platform,
            "sealed": head.sealed,
            "compiler_calls": head.limits.compiler_calls,
            "seed": head.seed,
        },
    }


def _metric(figure: Figure) -> dict[str, Any]:
    interval = {} if figure.low is None else {"low": figure.low, "high": figure.high}
    return {
        "name": figure.name,
        "value": figure.value,
        "params": {},
        "metadata": {"n": figure.n, "unit": figure.unit, **interval},
    }


def _sample(result: CaseResult) -> dict[str, Any]:
    asked = f"{result.case} ({result.family}): {', '.join(result.codes) or 'no error code'}"
    answer = "\n\n".join(
        part for part in (result.explanation, f"```diff\n{result.diff}```" if result.diff else "") if part
    )
    said = answer or result.reason or str(result.status)
    facts = result.model_dump(mode="json", exclude={"explanation", "diff", "run", "v", "kind"})
    failed = result.status is Status.ERROR
    message = (result.infrastructure or ("",))[-1]
    sample: dict[str, Any] = {
        "id": result.case,
        "epoch": result.epoch,
        "input": asked,
        "target": str(result.expect),
        "messages": [
            {"id": f"{result.case}-{result.epoch}-u", "role": "user", "content": asked, "source": "input"},
            {"id": f"{result.case}-{result.epoch}-a", "role": "assistant", "content": said, "source": "generate"},
        ],
        "output": {
            "model": "rusta",
            "choices": [
                {"message": {"role": "assistant", "content": said, "source": "generate"}, "stop_reason": "stop"}
            ],
            "completion": said,
        },
        "scores": {
            _SCORER: {
                "value": "C" if result.correct else _SCORES[result.status],
                "answer": str(result.status),
                "explanation": result.reason,
                "metadata": {"deletions": list(result.deletions), "missed": list(result.missed)},
            }
        },
        "metadata": facts,
        "store": {},
        "events": [],
        "model_usage": {},
        "total_time": result.seconds,
        "working_time": result.child_seconds,
        "attachments": {},
    }
    if failed:
        sample["error"] = {"message": message, "traceback": "", "traceback_ansi": ""}
        sample["scores"] = {}
    return sample


def _short(text: str) -> str:
    """An identifier of 22 letters and digits, as inspect's own are."""
    return hashlib.sha256(text.encode()).hexdigest()[:22]
