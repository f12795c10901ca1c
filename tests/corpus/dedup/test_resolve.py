"""What goes and what stays: every document that goes has its own proof, and nothing else decides."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.corpus.dedup import resolve as stages
from engine.corpus.dedup.resolve import DedupReport, DedupSettings, Giant, resolve
from engine.corpus.dedup.signature_file import SignatureFile, write_signatures
from engine.errors import CorpusError
from tests.corpus.dedup.corpora import Reader, Row, changed, deduplicated, family, row, similarity, text

_few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _corpus(seed: int) -> list[Row]:
    rng = random.Random(seed)
    texts = [one for group in range(4) for one in family(seed * 10 + group, rng.randrange(1, 7))]
    texts += [b" ".join(text(seed * 1000 + one, rng.choice([3, 8, 150]))) for one in range(6)]
    texts += rng.choices(texts, k=5)  # exact copies
    texts += [b"", b" \n", b"a b"]
    licences = [("MIT",), ("CC0-1.0",), ("MPL-2.0",)]
    rows = [
        row(f"{seed}-{at}", one, source=f"source{at % 2}", licence=licences[at % 3]) for at, one in enumerate(texts)
    ]
    rng.shuffle(rows)
    return rows


@_few
@given(st.integers(0, 10_000), st.floats(0.5, 1))
def test_what_goes_has_a_verified_pair_with_what_stays(
    tmp_path_factory: pytest.TempPathFactory, seed: int, threshold: float
) -> None:
    rows = _corpus(seed)
    content = {document.id: document.content for document, _ in rows}
    options = DedupSettings(threshold=threshold, most_lost=1)
    resolution, removals = deduplicated(rows, tmp_path_factory.mktemp("dedup"), settings=options)
    gone = {removal.document for removal in removals}
    assert len(gone) == len(removals)
    for removal in removals:
        assert removal.survivor in content
        assert removal.survivor not in gone
        one, other = content[removal.document], content[removal.survivor]
        assert removal.jaccard >= threshold
        assert removal.jaccard == (1 if one == other else similarity(one, other))
        assert (removal.kind == "exact") == (one == other)
    report = resolution.report
    assert (report.documents, report.exact + report.near) == (len(rows), len(removals))
    assert sum(lost for _, lost in report.sources.values()) == len(removals)
    # No two that stay are the same, and none of those that were found alike.
    stay = [body for one, body in content.items() if one not in gone]
    assert len(set(stay)) == len(stay)


@_few
@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([600, 5000, 1 << 20]))
def test_order_shards_and_memory_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, seed: int, shard: int, memory: int
) -> None:
    rows = _corpus(seed)
    _, expected = deduplicated(rows, tmp_path_factory.mktemp("one"), shard=1000)
    random.Random(seed + 1).shuffle(rows)
    options = DedupSettings(most_lost=1, memory=memory)
    _, found = deduplicated(rows, tmp_path_factory.mktemp("other"), shard=shard, settings=options)
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_workers_do_not_matter(tmp_path: Path) -> None:
    rows = _corpus(3)
    one, expected = deduplicated(rows, tmp_path / "alone")
    with ThreadPoolExecutor(3) as pool:
        three, found = deduplicated(rows, tmp_path / "pool", each=pool.map)
    assert (three.report, found) == (one.report, expected)


def test_the_best_licensed_stays(tmp_path: Path) -> None:
    one = b" ".join(text(1, 100))
    other, third = one + b" more", b"more " + one
    rows = [
        row("copyleft", one, licence=("MPL-2.0",)),
        row("best", other, licence=("MIT",)),
        row("unknown", third, licence=()),
    ]
    _, removals = deduplicated(rows, tmp_path)
    assert {removal.survivor for removal in removals} == {rows[1][0].id}
    assert len(removals) == 2


def test_a_chain_of_likenesses_does_not_drag_along_what_is_unlike_its_survivor(tmp_path: Path) -> None:
    base = text(1, 400)
    middle = [*(b"m%d" % at for at in range(30)), *base[30:]]
    far = [*middle[:370], *(b"f%d" % at for at in range(30))]
    first, second, third = (b" ".join(words) for words in (base, middle, far))
    assert min(similarity(first, second), similarity(second, third)) >= 0.8 > similarity(first, third)
    rows = [row(name, each, licence=licence) for name, each, licence in (
        ("a", first, ("0BSD",)), ("b", second, ("MIT",)), ("c", third, ("MPL-2.0",)))]  # fmt: skip
    options = DedupSettings(most_lost=1, giant=3)
    resolution, removals = deduplicated(rows, tmp_path, settings=options)
    assert [(one.document, one.survivor) for one in removals] == [(rows[1][0].id, rows[0][0].id)]
    assert resolution.report.giants == (Giant(rows[0][0].id, 3, 2),)


def test_a_copy_of_what_goes_has_the_same_survivor(tmp_path: Path) -> None:
    best = b" ".join(text(5, 100))
    like = best + b" more"
    rows = [row("best", best, licence=("0BSD",)), row("like", like), row("like-again", like, licence=("MPL-2.0",))]
    _, removals = deduplicated(rows, tmp_path, shard=1)
    assert {one.survivor for one in removals} == {rows[0][0].id}
    assert {(one.kind, one.jaccard) for one in removals} == {("near", similarity(best, like))}


def test_a_giant_cluster_goes_whole_and_is_reported(tmp_path: Path) -> None:
    base = text(9, 300)
    rows = [row(f"copy{at}", b" ".join([*base, b"end%d" % at])) for at in range(200)]
    resolution, removals = deduplicated(rows, tmp_path, shard=50)
    assert len(removals) == 199
    assert [(giant.documents, giant.stay) for giant in resolution.report.giants] == [(200, 1)]
    assert resolution.report.candidates < 200 * 199 / 2


def test_a_source_that_loses_more_than_half_stops_the_run(tmp_path: Path) -> None:
    base = b" ".join(text(2, 100))
    texts = [base, base + b" more"]
    rows = [row(f"r{at}", texts[at % 2], source="mirror") for at in range(6)]
    with pytest.raises(CorpusError, match="mirror would lose 5 of its 6"):
        deduplicated(rows, tmp_path, settings=DedupSettings())
    _, removals = deduplicated(rows, tmp_path, settings=DedupSettings(most_lost=0.9))
    assert len(removals) == 5


def test_a_killed_run_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _corpus(4)
    _, expected = deduplicated(rows, tmp_path / "whole")
    for stage, dies_at in (
        ("number", 1),
        ("band_pairs", 1),
        ("band_pairs", 5),
        ("merged", 1),
        ("mark", 1),
        ("store_shingles", 2),
        ("verify", 1),
        ("_report", 1),
    ):
        calls = 0
        real = getattr(stages, stage)

        def dies(*args: object, real: object = real, dies_at: int = dies_at, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise KeyboardInterrupt
            return real(*args, **options)  # type: ignore[operator]

        with monkeypatch.context() as patch:
            patch.setattr(stages, stage, dies)
            with pytest.raises(KeyboardInterrupt):
                deduplicated(rows, tmp_path / f"{stage}{dies_at}")
        _, found = deduplicated(rows, tmp_path / f"{stage}{dies_at}")
        assert found == expected


def test_a_document_that_changed_is_an_error(tmp_path: Path) -> None:
    rows = [row(f"r{at}", one) for at, one in enumerate(family(1, 3))]
    file = write_signatures(rows, tmp_path / "a.sig").path
    reader = Reader((tuple(document.content + b" more" for document, _ in rows),))
    with pytest.raises(CorpusError, match="changed since its signature"):
        resolve([file], reader, tmp_path / "work")
    with pytest.raises(CorpusError, match="lacks documents"):
        resolve([file], lambda shard, rows: iter(()), tmp_path / "work")


def test_nothing_to_do(tmp_path: Path) -> None:
    resolution, removals = deduplicated([], tmp_path)
    assert (resolution.report, removals) == (DedupReport(0, 0, 0, 0, 0, {}, ()), [])
    empty = write_signatures([], tmp_path / "empty.sig").path
    assert resolve([empty], Reader(((),)), tmp_path / "work").report.documents == 0


def test_signatures_are_a_function_of_the_documents(tmp_path: Path) -> None:
    rows = _corpus(1)
    one, other = (write_signatures(iter(rows), tmp_path / name) for name in ("one.sig", "other.sig"))
    assert one.path.read_bytes() == other.path.read_bytes()
    assert SignatureFile.open(one.path).ids().tobytes().hex() == "".join(document.id for document, _ in rows)


@pytest.mark.parametrize("harm", [b"", b"{}", b"not signatures", None])
def test_a_harmed_signature_file_is_refused(tmp_path: Path, harm: bytes | None) -> None:
    path = write_signatures(_corpus(1), tmp_path / "a.sig").path
    path.write_bytes(path.read_bytes()[:-1] if harm is None else harm)
    with pytest.raises(CorpusError):
        SignatureFile.open(path)


def test_the_verdicts_say_what_they_stand_on(tmp_path: Path) -> None:
    best = b" ".join(text(5, 100))
    like = best + b" more"
    rows = [row("best", best, licence=("0BSD",)), row("like", like), row("same", best)]
    _, removals = deduplicated(rows, tmp_path)
    verdicts = {one.document: one.verdict for one in removals}
    near, exact = verdicts[rows[1][0].id], verdicts[rows[2][0].id]
    assert (near.action, near.reason, exact.reason) == ("drop", "near-duplicate", "exact-duplicate")
    assert f"{similarity(best, like):.4f}" in near.detail
    assert rows[0][0].id in near.detail


def test_words_replaced_make_texts_less_alike() -> None:
    base = text(1, 300)
    assert similarity(b" ".join(base), b" ".join(changed(base, 0.5, 1))) < 0.2
