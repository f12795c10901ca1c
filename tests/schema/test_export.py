"""The published JSON Schemas are those of the records, and drift is named."""

import json
from pathlib import Path

import pytest

from engine.resources import shipped
from engine.schema.export import RECORDS, drift, main, write


def test_the_shipped_schemas_are_current() -> None:
    assert drift(shipped("data", "schemas")) is None


def test_writing_makes_one_file_a_record_and_checking_agrees(tmp_path: Path) -> None:
    assert main([], tmp_path / "new") == 0
    assert {file.stem for file in (tmp_path / "new").iterdir()} == set(RECORDS)
    assert main(["--check"], tmp_path / "new") == 0


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda folder: (folder / "patch.json").unlink(), "patch.json is missing"),
        (lambda folder: (folder / "patch.json").write_text("{}\n"), "patch.json is not what engine.schema says"),
        (lambda folder: (folder / "dream.json").write_text("{}\n"), "dream.json belongs to no record"),
    ],
)
def test_the_check_names_the_file_that_drifted(
    change: object, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    assert callable(change)
    change(tmp_path)
    assert main(["--check"], tmp_path) == 1
    printed = capsys.readouterr().err
    assert line in printed
    assert printed.count("\n") == 1


def test_arguments_it_does_not_know_change_nothing(tmp_path: Path) -> None:
    assert main(["--force"], tmp_path / "none") == 2
    assert not (tmp_path / "none").exists()


def test_the_files_read_on_their_own(tmp_path: Path) -> None:
    write(tmp_path)
    for file in tmp_path.iterdir():
        published = json.loads(file.read_text(encoding="utf-8"))
        assert published["$schema"].startswith("https://json-schema.org/draft/2020-12")
        assert published["title"]
