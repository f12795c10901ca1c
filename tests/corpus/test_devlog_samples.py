"""Samples from the diary: what is taught, how much it counts, where it comes from."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engine.corpus.sources.devlogs import DevLogs, WeighedSample, devlog_samples, samples_of
from engine.errors import CorpusError
from engine.loop.devlog_file import import_from, read_file
from engine.schema.devlog import DevLog, Outcome
from engine.schema.diagnostic import Diagnostic, Level, Tool
from engine.schema.event import DiagnosticEvent
from engine.schema.samples import DiagFix, ExplainDiff, StyleGuide, read_sample
from engine.store.store import Store

SEEDS = Path(__file__).parents[2] / "devlogs"


def seed(name: str) -> DevLog:
    (path,) = SEEDS.glob(f"{name}*.md")
    return read_file(path.read_text(encoding="utf-8")).devlog


APPLES = seed("seed-09")


def weights(grades: dict[str, int], *marks: str) -> dict[str, float]:
    return {weighed.sample.type: weighed.weight for weighed in samples_of(APPLES, grades, marks)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(f"sqlite:///{tmp_path / 'rusta.db'}")
    import_from(opened, SEEDS)
    return opened


def test_a_mended_error_becomes_a_fix_and_an_explanation() -> None:
    fix, told = (weighed.sample for weighed in samples_of(APPLES, {}))
    assert isinstance(fix, DiagFix)
    assert fix.error.code == "E0369"
    assert fix.error.rendered.startswith("error[E0369]: binary operation `==`")
    assert "#[derive(Debug)]\npub enum Colour" in fix.code_before
    assert "#[derive(Debug, PartialEq)]\npub enum Colour" in fix.code_after
    assert fix.patch_diff == APPLES.entries[0].patch.diff  # type: ignore[union-attr]
    assert (fix.tests.before, fix.tests.after) == ("none", "green")
    assert isinstance(told, ExplainDiff)
    assert told.context.startswith("E0369: binary operation `==`")
    assert "A derive is a contract with every field." in told.explanation


def test_a_lint_becomes_a_rule_of_style() -> None:
    entry = APPLES.entries[0].model_copy(update={"code": "clippy::needless_borrow", "message": "needless"})
    rule, _ = (weighed.sample for weighed in samples_of(APPLES.model_copy(update={"entries": (entry,)}), {}))
    assert isinstance(rule, StyleGuide)
    assert rule.rule == "clippy::needless_borrow: needless"
    assert rule.code_before != rule.code_after
    assert rule.rationale == entry.explanation


@pytest.mark.parametrize("outcome", [Outcome.UNDONE, Outcome.VETOED, Outcome.ERROR])
def test_what_was_taken_back_is_not_taught(outcome: Outcome) -> None:
    assert not list(samples_of(APPLES.model_copy(update={"outcome": outcome}), {"correctness": 4}, ["golden"]))


def test_what_was_left_alone_teaches_no_fix() -> None:
    assert not list(samples_of(seed("seed-07"), {}))  # abstained
    assert not list(samples_of(seed("seed-08"), {}))  # green, wrong, undone


def test_a_low_grade_on_correctness_keeps_it_out_and_nothing_else_does() -> None:
    assert weights({"correctness": 2}) == weights({"correctness": 1}, "golden") == {}
    assert weights({"correctness": 3, "clarity": 1, "voice": 1, "process": 1}).keys() == {"diag_fix", "explain_diff"}


def test_grades_weigh_what_they_speak_of() -> None:
    assert weights({}) == {"diag_fix": 1.0, "explain_diff": 1.0}
    assert weights({"correctness": 4}) == {"diag_fix": 1.5, "explain_diff": 1.5}
    assert weights({"voice": 1}) == {"diag_fix": 1.0, "explain_diff": 0.25}
    assert weights({"process": 2, "clarity": 4}) == {"diag_fix": 0.5, "explain_diff": 1.5}
    assert weights({"correctness": 4, "clarity": 3, "voice": 2}) == {"diag_fix": 1.5, "explain_diff": 1.0}


def test_the_higher_mark_counts() -> None:
    assert weights({}, "training-worthy") == {"diag_fix": 1.5, "explain_diff": 1.5}
    assert weights({}, "training-worthy", "golden", "unknown") == {"diag_fix": 2.0, "explain_diff": 2.0}


def test_every_sample_says_where_it_comes_from_and_under_which_terms() -> None:
    devlog = APPLES.model_copy(update={"repository": "/home/somebody/orchard"})
    samples = [weighed.sample for weighed in samples_of(devlog, {})]
    for sample in samples:
        origin = sample.provenance
        assert (sample.license, sample.spdx) == ("MIT OR Apache-2.0", ("MIT", "Apache-2.0"))
        assert (origin.source, origin.repo, origin.path) == ("devlog", "orchard", f"{APPLES.id}#1")
        assert origin.commit == APPLES.base
        assert origin.transform == f"devlog/{sample.type}/1"
        assert "/home/somebody" not in sample.model_dump_json()
    assert len({sample.provenance.sha256 for sample in samples}) == len(samples)
    assert len({sample.provenance.parents for sample in samples}) == 1


def test_the_compilers_own_diagnostic_is_taken_where_the_session_is_known(store: Store) -> None:
    full = Diagnostic(
        id=APPLES.entries[0].diagnostic,
        tool=Tool.RUSTC,
        level=Level.ERROR,
        code="E0369",
        message="as rustc said it",
        package="orchard",
    )
    at = "2026-01-01T00:00:00.000Z"
    store.create_session(APPLES.session, repository="orchard", path="orchard", at=at, brain="search")
    store.append(DiagnosticEvent(seq=1, at=at, session=APPLES.session, diagnostic=full))
    (fix,) = (
        weighed.sample
        for weighed in devlog_samples(store)
        if isinstance(weighed.sample, DiagFix) and weighed.sample.error.code == "E0369"
    )
    assert fix.error == full


def test_the_store_gives_the_same_samples_each_time_and_heeds_its_grades(store: Store) -> None:
    def drawn(repository: str | None = None) -> list[WeighedSample]:
        return list(devlog_samples(store, repository))

    first = drawn()
    assert first == drawn()
    assert all(read_sample(weighed.sample.model_dump_json()) == weighed.sample for weighed in first)
    store.add_grade(APPLES.id, "correctness", 2)
    assert len(drawn()) == len(first) - 2
    store.undo_grade(APPLES.id)
    store.add_mark(APPLES.id, "golden")
    assert [weighed.weight for weighed in drawn("orchard")] == [2.0, 2.0]


def test_what_was_patched_on_a_sealed_text_gives_no_sample(store: Store) -> None:
    patches = [entry.patch for entry in APPLES.entries if entry.patch is not None]
    assert list(samples_of(APPLES, {}))
    assert not list(samples_of(APPLES, {}, barred=lambda patch: patch in patches))
    kept = list(devlog_samples(store, barred=lambda patch: patch in patches))
    assert kept
    assert len(kept) < len(list(devlog_samples(store)))


def test_the_diary_is_a_source_that_every_process_opens_for_itself(tmp_path: Path, store: Store) -> None:
    source = pickle.loads(pickle.dumps(DevLogs(f"sqlite:///{tmp_path / 'rusta.db'}")))
    read = [source.read(unit) for unit in source.units()]
    documents = [document for _, found in read for document in found]
    expected = list(devlog_samples(store))
    assert [read_sample(document.sample or "") for document in documents] == [weighed.sample for weighed in expected]
    assert [document.weight for document in documents] == [weighed.weight for weighed in expected]
    assert len({document.id for document in documents}) == len(documents)
    assert {origin.declared for origin, _ in read} == {"MIT OR Apache-2.0"}
    before = source.settings()
    store.add_grade(source.units()[0], "correctness", 4)
    changed = {
        unit for unit, said in DevLogs(f"sqlite:///{tmp_path / 'rusta.db'}").settings().items() if said != before[unit]
    }
    assert changed == {source.units()[0]}


def test_a_devlog_that_is_gone_says_so(tmp_path: Path, store: Store) -> None:
    with pytest.raises(CorpusError, match="not in the store"):
        DevLogs(f"sqlite:///{tmp_path / 'rusta.db'}").read("none")
