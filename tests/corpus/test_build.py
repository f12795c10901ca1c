"""Builds: the same bytes whoever works and however often it was killed, and one line for what goes wrong."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra [corpus])")

from engine.corpus.build import build
from engine.corpus.lookup import chain_of
from engine.corpus.verify import samples_of, verify
from engine.corpus.workers import Alone, ray_workers
from engine.errors import CorpusError
from tests.corpus_shelf import contents, fill, recipe

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    fill(tmp_path / "shelf")
    return tmp_path / "shelf"


def start(shelf: Path, out: Path, workers: int, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.corpus_shelf", str(shelf), str(out), str(workers)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,  # type: ignore[call-overload]
    )


def test_copies_go_and_each_has_a_survivor_that_stays(shelf: Path, tmp_path: Path) -> None:
    build(recipe(shelf), tmp_path / "out", Alone())
    kept = {sample["id"]: sample for _, sample in samples_of(tmp_path / "out")}
    figures = json.loads((tmp_path / "out" / "statistics.json").read_text())
    assert figures["files in, by source"] == {"shelf": 27}
    assert figures["left out, by reason and source"] == {
        "drop: exact-duplicate": {"shelf": 5},
        "drop: near-duplicate": {"shelf": 1},
    }
    assert len(kept) == 21
    gone = chain_of(tmp_path / "out", "shelf:crate2 part1.rs").row
    assert gone["detail"].split()[-1] in kept
    assert all(check.holds for check in verify(tmp_path / "out"))


def test_an_old_slash_in_a_licence_reads_as_or(shelf: Path, tmp_path: Path) -> None:
    build(recipe(shelf), tmp_path / "out", Alone())
    row = chain_of(tmp_path / "out", "shelf:crate1 part2.rs").row
    assert (row["declared"], row["spdx"], row["chosen"]) == ("MIT/Apache-2.0", "MIT OR Apache-2.0", ["MIT"])


@pytest.mark.parametrize("seed", range(2))
def test_a_build_that_is_killed_again_and_again_ends_with_the_same_bytes(
    shelf: Path, tmp_path: Path, seed: int
) -> None:
    build(recipe(shelf), tmp_path / "whole", Alone())
    chance = random.Random(seed)
    for workers in (1, 3):
        child = start(shelf, tmp_path / "out", workers)
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 30)):
            if not child.stdout.readline():
                break
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
    child = start(shelf, tmp_path / "out", 2)
    _, said = child.communicate()
    assert child.returncode == 0, said
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_crate_more_makes_only_its_own_pieces_anew(shelf: Path, tmp_path: Path) -> None:
    build(recipe(shelf), tmp_path / "out", Alone())
    (shelf / "zebra").mkdir()
    (shelf / "zebra" / "declared").write_text("MIT")
    (shelf / "zebra" / "lib.rs").write_text("pub fn zebra() {}\n")
    notes: list[tuple[str, int]] = []
    build(recipe(shelf), tmp_path / "out", Alone(), lambda progress: notes.append((progress.stage, progress.bytes)))
    whole = sum(path.stat().st_size for path in shelf.rglob("*.rs"))
    assert max(size for stage, size in notes if stage == "gather") < whole / 3, "two of three pieces were found"
    assert chain_of(tmp_path / "out", "shelf:zebra lib.rs").row["action"] == "keep"


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "record"])
def test_a_piece_that_is_harmed_is_put_aside_and_made_anew_with_a_line(shelf: Path, tmp_path: Path, harm: str) -> None:
    out = tmp_path / "out"
    build(recipe(shelf), out, Alone())
    before = contents(out)
    shard = next(iter(sorted((out / ".work" / "pieces").glob("*/*/code.parquet"))))
    if harm == "flip":
        data = bytearray(shard.read_bytes())
        data[len(data) // 2] ^= 1
        shard.write_bytes(data)
    elif harm == "cut":
        shard.write_bytes(shard.read_bytes()[:-100])
    elif harm == "remove":
        shard.unlink()
    else:
        (shard.parent / "piece.json").write_text("{}")
    notes: list[str] = []
    build(recipe(shelf), out, Alone(), lambda progress: notes.append(progress.note))
    said = [note for note in notes if note]
    assert len(said) == 1
    assert shard.parent.name in said[0]
    assert (out / ".work" / "pieces" / "quarantine" / shard.parent.name).is_dir()
    assert contents(out) == before


def test_a_full_disk_is_one_line_and_what_is_done_is_kept(shelf: Path, tmp_path: Path) -> None:
    for number in range(400):  # one crate that is too large for the limit, among small ones
        (shelf / "crate8" / f"large{number}.rs").write_bytes(random.Random(number).randbytes(2000).hex().encode())
    build(recipe(shelf), tmp_path / "whole", Alone())

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    child = start(shelf, tmp_path / "out", 1, preexec_fn=limit)
    _, said = child.communicate()
    assert child.returncode != 0
    assert "CorpusError: there is no room to write" in said
    assert len(list((tmp_path / "out" / ".work" / "pieces").glob("*/*/piece.json"))) == 2
    build(recipe(shelf), tmp_path / "out", Alone())
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_unit_that_cannot_be_read_is_quarantined_and_the_rest_goes_on(shelf: Path, tmp_path: Path) -> None:
    (shelf / "crate4" / "broken").touch()
    build(recipe(shelf), tmp_path / "out", Alone())
    row = _row(tmp_path / "out", "crate4")
    assert (row["action"], row["reason"], row["detail"]) == ("quarantine", "unreadable", "crate4 is torn off")


def _row(out: Path, origin: str) -> dict[str, object]:
    from engine.corpus.ledger import parts_of, read_rows

    (row,) = (row for part in parts_of(out) for row in read_rows(part) if row["origin"] == origin)
    return row


@pytest.mark.parametrize("harm", ["sample", "ledger", "licence", "stray"])
def test_verify_finds_what_was_changed(shelf: Path, tmp_path: Path, harm: str) -> None:
    out = tmp_path / "out"
    build(recipe(shelf), out, Alone())
    if harm == "sample":
        file = next(out.glob("data/code/*.zst"))
        file.write_bytes(file.read_bytes()[:-9])
    elif harm == "ledger":
        (out / "ledger" / "00001.parquet").unlink()
    elif harm == "licence":
        next(out.glob("licences/texts/*.txt")).unlink()
    else:
        (out / "data" / "code" / "more.jsonl.zst").write_bytes(b"")
    assert any(not check.holds for check in verify(out))


def test_a_text_that_is_sealed_is_found_by_verify(shelf: Path, tmp_path: Path) -> None:
    build(recipe(shelf), tmp_path / "out", Alone())
    checks = {
        check.name: check for check in verify(tmp_path / "out", lambda text: "a-case" if "f3_0_1" in text else None)
    }
    (finding,) = checks["no sealed case is taught"].findings
    assert "a-case" in finding


def test_what_is_no_corpus_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is no finished corpus"):
        list(verify(tmp_path))
    with pytest.raises(CorpusError, match="holds no ledger"):
        chain_of(tmp_path, "anything")


def test_datasets_reads_what_was_packaged(shelf: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    build(recipe(shelf), tmp_path / "out", Alone())
    files = {"train": str(tmp_path / "out" / "data" / "code" / "train-*.jsonl.zst")}
    loaded = datasets.load_dataset("json", data_files=files, cache_dir=str(tmp_path / "cache"))
    assert {"id", "text", "license", "provenance"} <= set(loaded["train"].column_names)


def test_ray_makes_the_same_bytes(shelf: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="ray is not installed (the extra [cluster])")
    build(recipe(shelf), tmp_path / "local", Alone())
    with ray_workers(None, 2) as workers:
        build(recipe(shelf), tmp_path / "ray", workers)
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CorpusError, match="ray is not installed"), ray_workers(None):
        pass
