import gzip
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from engine.corpus.clean.form import FormStep
from engine.corpus.document import Outcome
from engine.corpus.licences.joined import LicenceStep
from engine.corpus.sources.stack import StackV2
from engine.errors import CorpusError

# The columns of the data set's card, those that are not read included.
ROW: dict[str, Any] = {
    "blob_id": "",
    "directory_id": "d" * 40,
    "path": "/src/lib.rs",
    "content_id": "c" * 40,
    "detected_licenses": ["MIT"],
    "license_type": "permissive",
    "repo_name": "ada/tidy",
    "snapshot_id": "5" * 40,
    "revision_id": "e" * 40,
    "branch_name": "refs/heads/main",
    "github_id": 1,
    "star_events_count": 3,
    "fork_events_count": 0,
    "gha_license_id": "MIT",
    "src_encoding": "UTF-8",
    "language": "Rust",
    "is_vendor": False,
    "is_generated": False,
    "length_bytes": 10,
    "extension": "rs",
}
CODE = b"pub fn one() -> u8 {\n    1\n}\n"


def made(folder: Path, *rows: dict[str, Any], contents: dict[str, bytes] | None = None) -> StackV2:
    (folder / "rows").mkdir()
    (folder / "blobs").mkdir()
    half = (len(rows) + 1) // 2
    for number, part in enumerate((rows[:half], rows[half:])):
        if part:
            table = arrow.Table.from_pylist([{**ROW, **row} for row in part])
            parquet.write_table(table, folder / "rows" / f"{number}.parquet")
    for row in rows:
        blob = str(row["blob_id"])
        data = (contents or {}).get(blob, CODE)
        (folder / "blobs" / f"{blob}.gz").write_bytes(gzip.compress(data))
    return StackV2(folder / "rows", str(folder / "blobs"))


def through(source: StackV2, unit: str) -> dict[str, Outcome]:
    origin, documents = source.read(unit)
    read = list(documents)
    return {
        document.path: outcome
        for document, outcome in zip(read, LicenceStep().run(read, {origin.id: origin}), strict=True)
    }


def test_rust_under_permissive_terms_is_kept_with_its_evidence(tmp_path: Path) -> None:
    source = made(tmp_path, {"blob_id": "a1"}, {"blob_id": "a2", "path": "/x.py", "language": "Python"})
    assert source.units() == ("ada/tidy",)
    origin, _ = source.read("ada/tidy")
    assert (origin.repository, origin.commit) == ("https://github.com/ada/tidy", "e" * 40)
    (outcome,) = through(source, "ada/tidy").values()
    assert outcome.document is not None
    assert (outcome.document.path, outcome.document.content) == ("src/lib.rs", CODE)
    assert (outcome.document.spdx, outcome.document.notes["swh"]) == ("MIT", "swh:1:cnt:a1")
    assert outcome.document.evidence[0].tool.startswith("The Stack v2")


def test_what_has_no_licence_never_ships(tmp_path: Path) -> None:
    row = {"blob_id": "a1", "license_type": "no_license", "detected_licenses": []}
    claims = b"// SPDX-License-Identifier: MIT\n" + CODE
    (outcome,) = through(made(tmp_path, row, contents={"a1": claims}), "ada/tidy").values()
    assert outcome.document is None
    assert (outcome.verdicts[0].action, outcome.verdicts[0].reason) == ("quarantine", "barred")


def test_a_header_that_the_data_set_overlooked_is_not(tmp_path: Path) -> None:
    source = made(tmp_path, {"blob_id": "a1"}, contents={"a1": b"// SPDX-License-Identifier: GPL-2.0-only\n" + CODE})
    (outcome,) = through(source, "ada/tidy").values()
    assert outcome.document is None
    assert (outcome.verdicts[0].action, outcome.verdicts[0].reason) == ("isolate", "contradiction")


def test_a_blob_that_is_seen_under_other_terms_is_barred_everywhere(tmp_path: Path) -> None:
    source = made(
        tmp_path,
        {"blob_id": "a1"},
        {"blob_id": "b2", "path": "/src/fine.rs"},
        {"blob_id": "a1", "repo_name": "eve/copy", "detected_licenses": ["GPL-3.0-only"], "path": "/l.rs"},
        {"blob_id": "b3", "repo_name": "eve/copy", "detected_licenses": ["MIT", "GPL-2.0-only"], "path": "/m.rs"},
    )
    found = through(source, "ada/tidy")
    assert found["src/lib.rs"].document is None
    assert found["src/lib.rs"].verdicts[0].detail == "in eve/copy it is under GPL-3.0-only"
    assert found["src/fine.rs"].document is not None
    assert [outcome.document for outcome in through(source, "eve/copy").values()] == [None, None]


def test_what_the_data_set_marks_is_dropped_with_that_reason(tmp_path: Path) -> None:
    source = made(
        tmp_path,
        {"blob_id": "a1", "is_vendor": True, "path": "/deps/x.rs"},
        {"blob_id": "a2", "is_generated": True, "path": "/gen.rs"},
        {"blob_id": "a3", "path": "/vendor/y/z.rs"},
    )
    origin, documents = source.read("ada/tidy")
    reasons = [outcome.verdicts[0].reason for outcome in FormStep().run(documents, {origin.id: origin})]
    assert reasons == ["vendored", "generated", "vendored"]


def test_other_encodings_become_utf8_and_damage_is_told(tmp_path: Path) -> None:
    latin = {"blob_id": "a1", "src_encoding": "ISO-8859-1"}
    source = made(tmp_path, latin, contents={"a1": "// café\n".encode("latin-1")})
    assert next(source.read("ada/tidy")[1]).content.decode() == "// café\n"
    (tmp_path / "blobs" / "a1.gz").write_bytes(gzip.compress(CODE)[:20])
    with pytest.raises(CorpusError, match="damaged"):
        source.read("ada/tidy")
    (tmp_path / "blobs" / "a1.gz").unlink()
    with pytest.raises(CorpusError, match="no blob a1"):
        source.read("ada/tidy")


def test_contents_come_through_fsspec_as_well(tmp_path: Path) -> None:
    made(tmp_path, {"blob_id": "a1"})
    (tmp_path / "blobs" / "a1").write_bytes(gzip.compress(CODE))
    source = StackV2(tmp_path / "rows", f"file://{tmp_path / 'blobs'}")
    assert next(source.read("ada/tidy")[1]).content == CODE
    away = StackV2(tmp_path / "rows", f"file://{tmp_path / 'nowhere'}")
    with pytest.raises(CorpusError) as caught:
        away.read("ada/tidy")
    assert "credentials" in caught.value.fix


def test_rows_of_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no Parquet"):
        StackV2(tmp_path).units()
    parquet.write_table(arrow.table({"text": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(CorpusError, match="no column"):
        StackV2(tmp_path).units()
    (tmp_path / "a.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(CorpusError, match="cannot be read"):
        StackV2(tmp_path).units()


def test_settings_change_with_the_repository_that_changed(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = made(tmp_path / "one", {"blob_id": "a1"}, {"blob_id": "a2", "repo_name": "eve/other"}).settings()
    second = made(tmp_path / "two", {"blob_id": "a9"}, {"blob_id": "a2", "repo_name": "eve/other"}).settings()
    assert first["eve/other"] == second["eve/other"]
    assert first["ada/tidy"] != second["ada/tidy"]
