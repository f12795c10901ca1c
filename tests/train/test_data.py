from pathlib import Path

import pytest

from engine.errors import TrainingError
from engine.train.data import files, held_out, repository_of


def _crates(folder: Path, names: list[str]) -> Path:
    for name in names:
        (folder / name / "src").mkdir(parents=True)
        (folder / name / "src/lib.rs").write_text(f"// {name}\n")
    return folder


def _held_out(folder: Path) -> set[str]:
    return {file.repository for file in files(folder) if file.held_out}


def test_of_a_few_crates_one_is_held_out_with_all_its_versions(tmp_path: Path) -> None:
    names = ["ash", "birch", "cedar"]
    (one,) = _held_out(_crates(tmp_path / "few", [f"{name}-1.0.0" for name in names]))
    again = _crates(tmp_path / "more", [f"{name}-{version}" for name in names for version in ("1.0.0", "2.1.0-rc.1")])
    assert _held_out(again) == {one}
    assert [file.held_out for file in files(again)].count(True) == 2


def test_what_is_held_out_stays_so_when_others_come() -> None:
    names = [f"crate{number}" for number in range(400)]
    before, after = held_out(names[:200]), held_out(names)
    assert set(before) <= set(after)
    assert 10 <= len(after) <= 30
    assert held_out(names[:200], least=30)[: len(before)] == before
    assert len(held_out(names[:200], least=30)) == 30


def test_a_crate_alone_is_learnt(tmp_path: Path) -> None:
    assert _held_out(_crates(tmp_path, ["oak-1.2.3"])) == set()


def test_a_folder_without_rust_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="nothing to learn from"):
        list(files(tmp_path))


def test_a_name_that_only_looks_like_a_version_is_kept() -> None:
    assert repository_of("base64-0.22.1") == "base64"
    assert repository_of("utf-8") == "utf-8"
