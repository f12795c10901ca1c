"""Reports: what they say of a run, that they load nothing, and that inspect reads its own."""

import importlib.util
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest

from engine.evals.figures import wilson
from engine.evals.inspect_log import inspect_log
from engine.evals.metrics.card import figures_of
from engine.evals.record import CaseResult, ProbeRecord, Run, RunEnd, RunHead, TryRecord
from engine.evals.report_html import html_report
from engine.evals.report_markdown import command_of, markdown_report
from engine.evals.slices import slices, tally

HEAD = RunHead(
    run="r1", at="2026-01-01T00:00:00.000Z", task="cases", cases="cases", brain="search", policy="p" * 64,
    case_set="c" * 64, ids=("a", "b", "c", "d", "e"), commit="0123abc+", toolchain="rustc 1.90.0", total=6, epochs=1,
)  # fmt: skip
HOSTILE = '<script>alert("x")</script> | `'


def result(case, status, **more):
    fields = {"run": "r1", "case": case, "family": "names", "expect": "fixed", "status": status, "seconds": 2.0, **more}
    return CaseResult(**fields)


@pytest.fixture
def run():
    tried = TryRecord(
        task="t", code="E0425", move="rename", verdict="green", confidence=0.9, signature="s", edit="e", stands=True
    )
    probe = ProbeRecord(task="t", kind="check", seconds=0.5, cost=1, verdict="supports")
    results = (
        result(
            "a",
            "fixed",
            tries=(tried,),
            codes=("E0425",),
            moves=("rename",),
            probes=(probe,),
            exact=True,
            tags=("easy",),
        ),
        result("b", "wrong", tries=(tried,), reason=HOSTILE, diff=f"+{HOSTILE}", codes=("E0308", "E0425")),
        result("c", "abstained", expect="abstain", reason="no hypothesis is left"),
        result("d", "abstained", gears=("quick", "deep")),
        result("e", "error", infrastructure=("the slot was killed",), retries=2),
    )
    return Run(HEAD, results, RunEnd(run="r1", at="2026-01-01T00:01:00.000Z", how="stopped", results=5))


def test_the_counts_are_those_of_a_hand_count(run):
    counts = tally(run.results)
    assert (counts.n, counts.correct, counts.errors) == (4, 2, 1)
    figures = {figure.name: figure for figure in figures_of(run)}
    assert (figures["compile_fix"].value, figures["compile_fix"].n) == (pytest.approx(1 / 3), 3)
    assert (figures["false_green"].value, figures["false_green"].n) == (0.5, 2)
    assert (figures["abstention"].value, figures["abstention"].n) == (1.0, 1)
    assert (figures["errors"].value, figures["missing"].value) == (1, 1)


def test_the_interval_is_wilsons():
    # Worked by hand for 8 of 10; also Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263.
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 0) == (None, None)


def test_a_result_with_two_codes_is_in_two_slices(run):
    by_code = slices(run.results, "code")
    assert [one.case for one in by_code["E0425"]] == ["a", "b"]
    assert [one.case for one in by_code["E0308"]] == ["b"]
    assert set(slices(run.results, "gear")) == {"none", "deep"}
    assert [one.case for one in slices(run.results, "difficulty")["easy"]] == ["a"]


def test_the_markdown_holds_what_is_needed_to_do_it_again(run):
    text = markdown_report(run)
    assert "2 of 4 cases went as they should" in text
    assert "not finished: 5 of 6" in text
    assert "rustc 1.90.0" in text
    assert "`rusta eval run --task cases`" in text
    assert "the slot was killed" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == len(re.findall(r"(?<!\\)\|", rows[0])) for line in rows[:3])
    assert command_of(HEAD.model_copy(update={"mode": "chaos:slow", "seed": 3})).endswith("--seed 3 --chaos slow")


class Page(HTMLParser):
    """Collects the tags of a page, and what they point to."""

    def __init__(self):
        super().__init__()
        self.tags, self.outside = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_stands_alone_and_nothing_in_it_runs(run):
    page = Page()
    text = html_report(run)
    page.feed(text)
    assert page.outside == []
    assert "script" not in page.tags
    assert "&lt;script&gt;" in text
    assert page.tags.count("details") == 5
    charts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(charts) >= 4
    for chart in charts:
        ElementTree.fromstring(chart)


def test_the_inspect_log_says_who_was_right(run):
    log = inspect_log(run)
    scores = {sample["id"]: sample["scores"] for sample in log["samples"]}
    assert {name: score["rusta"]["value"] for name, score in scores.items() if score} == {
        "a": "C",
        "b": "I",
        "c": "C",
        "d": "N",
    }
    assert scores["e"] == {}
    assert log["status"] == "cancelled"


def test_inspect_reads_it(run, tmp_path):
    """The real package, where it is installed: pip install 'rusta-tui[inspect]'."""
    if importlib.util.find_spec("inspect_ai") is None:
        pytest.skip("inspect_ai is not installed (the extra [inspect])")
    file = tmp_path / "2026-01-01T00-00-00+00-00_cases_r1.json"
    file.write_text(json.dumps(inspect_log(run)))
    code = f"""
import json
from inspect_ai.log import list_eval_logs, read_eval_log
log, listed = read_eval_log({str(file)!r}), list_eval_logs({str(tmp_path)!r})
ids, fixed = [sample.id for sample in log.samples], log.results.scores[0].metrics["compile_fix"].value
judged, broken = log.samples[1].scores["rusta"].value, log.samples[4].error.message
print(json.dumps([log.status, log.eval.model, ids, len(listed), fixed, judged, broken]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout.splitlines()[-1])
    assert read[:4] == ["cancelled", "rusta/search", ["a", "b", "c", "d", "e"], 1]
    assert read[4:] == [pytest.approx(1 / 3), "I", "the slot was killed"]
