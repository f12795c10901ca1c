import asyncio
import csv
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from engine.corpus.sources.crate_dump import most_downloaded
from engine.corpus.sources.crate_lock import CrateLock, LockedCrate, lock_crates, read_names
from engine.corpus.sources.crates import Crates
from engine.corpus.sources.tree import repository_name
from engine.errors import CorpusError

MANIFEST = """[package]
name = "tiny"
version = "0.1.0"
edition = "2021"
authors = ["Ada Example <ada@example.org>"]
license = "MIT/Apache-2.0"
repository = "https://github.com/Example/Tiny.git"
"""
FILES = {
    "Cargo.toml": MANIFEST,
    ".cargo_vcs_info.json": json.dumps({"git": {"sha1": "a" * 40}, "path_in_vcs": "crates/tiny"}),
    "src/lib.rs": "pub fn one() -> u8 { 1 }\n",
    "src/deep/mod.rs": "pub mod two;\n",
    "LICENSE-MIT": "Permission is hereby granted\n",
    "vendor/zed/COPYING": "GNU\n",
    "README.md": "# tiny\n",
}


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cargo" / "registry" / "cache" / "index.crates.io-1949cf8c6b5b557f"
    folder.mkdir(parents=True)
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))
    return folder


def pack(folder: Path, files: dict[str, str], name: str = "tiny", version: str = "0.1.0") -> LockedCrate:
    path = folder / f"{name}-{version}.crate"
    with tarfile.open(path, "w:gz") as bundle:
        for file, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(f"{name}-{version}/{file}")
            member.size = len(data)
            bundle.addfile(member, io.BytesIO(data))
    return LockedCrate(name, version, hashlib.sha256(path.read_bytes()).hexdigest())


def source(*crates: LockedCrate) -> Crates:
    return Crates(CrateLock((), crates))


def test_a_crate_is_read_with_its_provenance(registry: Path) -> None:
    crate = pack(registry, FILES)
    crates = source(crate)
    assert crates.units() == ("tiny@0.1.0",)
    origin, documents = crates.read("tiny@0.1.0")
    assert origin.id == "crate:tiny@0.1.0"
    assert origin.repository == "https://github.com/example/tiny"
    assert (origin.commit, origin.checksum, origin.declared) == ("a" * 40, crate.checksum, "MIT/Apache-2.0")
    assert origin.authors == ("Ada Example <ada@example.org>",)
    assert [file.path for file in origin.licence_files] == ["LICENSE-MIT", "vendor/zed/COPYING"]
    found = list(documents)
    assert [document.path for document in found] == ["src/deep/mod.rs", "src/lib.rs"]
    assert found[1].content == b"pub fn one() -> u8 { 1 }\n"
    assert found[0].notes == {"edition": "2021", "path_in_vcs": "crates/tiny"}
    assert crates.settings() == {"tiny@0.1.0": crate.checksum}


def test_reading_twice_gives_the_same(registry: Path) -> None:
    crates = source(pack(registry, FILES))
    first, second = (crates.read("tiny@0.1.0") for _ in range(2))
    assert first[0] == second[0]
    assert list(first[1]) == list(second[1])


def test_a_truncated_archive_is_refused_in_one_line(registry: Path) -> None:
    crate = pack(registry, {**FILES, "src/big.rs": "// x\n" * 50_000})
    path = registry / "tiny-0.1.0.crate"
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(CorpusError, match="not the one that was published"):
        source(crate).read("tiny@0.1.0")
    unchecked = LockedCrate("tiny", "0.1.0", None)
    with pytest.raises(CorpusError, match="ends too early") as caught:
        source(unchecked).read("tiny@0.1.0")
    assert "\n" not in str(caught.value)


def test_what_lies_outside_of_the_crate_is_not_read(registry: Path) -> None:
    crate = pack(registry, {**FILES, "../../evil.rs": "fn evil() {}\n", "src/../../up.rs": "fn up() {}\n"})
    _, documents = source(crate).read("tiny@0.1.0")
    assert [document.path for document in documents] == ["src/deep/mod.rs", "src/lib.rs"]


def test_an_archive_of_another_package_is_refused(registry: Path) -> None:
    crate = pack(registry, {**FILES, "Cargo.toml": MANIFEST.replace("tiny", "other")})
    with pytest.raises(CorpusError, match="holds another package"):
        source(crate).read("tiny@0.1.0")


def test_a_missing_archive_and_a_crate_that_cargo_never_found_say_so(registry: Path) -> None:
    crates = source(LockedCrate("gone", "1.0.0", "0" * 64), LockedCrate("nope", problem="no matching package"))
    with pytest.raises(CorpusError, match=r"cargo has no gone-1\.0\.0\.crate"):
        crates.read("gone@1.0.0")
    with pytest.raises(CorpusError, match="no matching package"):
        crates.read("nope@")


def test_cargo_settles_and_fetches_what_can_be_fetched(tmp_path: Path) -> None:
    keep = tmp_path / "crates.lock.json"
    lock = asyncio.run(lock_crates(["itoa@1.0.15", "no-such-crate-of-rusta"], keep))
    fetched, missing = lock.crates
    if fetched.problem:
        pytest.skip(f"crates.io cannot be reached: {fetched.problem}")
    assert "no matching package" in missing.problem
    assert fetched.checksum is not None
    origin, documents = Crates(lock).read("itoa@1.0.15")
    assert origin.declared == "MIT OR Apache-2.0"
    assert "src/lib.rs" in [document.path for document in documents]
    kept = keep.read_bytes()
    assert asyncio.run(lock_crates(["no-such-crate-of-rusta", "itoa@1.0.15"], keep)) == lock
    assert keep.read_bytes() == kept


def test_a_list_of_names(tmp_path: Path) -> None:
    listed = tmp_path / "top.txt"
    listed.write_text("# the best\nserde\nregex@1.10.0  # pinned\n\nserde\n")
    assert read_names(listed) == ("serde", "regex@1.10.0")
    for bad in ("two words\n", "../etc\n", "serde@latest\n", "a@\n", "# none\n"):
        listed.write_text(bad)
        with pytest.raises(CorpusError):
            read_names(listed)
    with pytest.raises(CorpusError):
        read_names(tmp_path / "none.txt")


def table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_the_most_downloaded_crates_of_a_dump(tmp_path: Path) -> None:
    data = tmp_path / "2026-01-01-020017" / "data"
    data.mkdir(parents=True)
    readme = "a readme, " * 20_000
    table(
        data / "crates.csv", [{"id": n, "name": name, "readme": readme} for n, name in enumerate(["a", "b", "c", "d"])]
    )
    table(data / "crate_downloads.csv", [{"crate_id": n, "downloads": d} for n, d in enumerate([5, 900, 70, 70])])
    table(
        data / "default_versions.csv",
        [{"crate_id": n, "num_versions": 2, "version_id": 10 + n} for n in range(4)],
    )
    table(data / "versions.csv", [{"id": 10 + n, "crate_id": n, "num": f"1.{n}.0"} for n in range(4)])
    assert most_downloaded(tmp_path, 3) == ("b@1.1.0", "c@1.2.0", "d@1.3.0")
    (data / "default_versions.csv").unlink()
    with pytest.raises(CorpusError, match="default_versions"):
        most_downloaded(tmp_path, 3)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/Serde-rs/Serde.git", "https://github.com/serde-rs/serde"),
        ("https://github.com/rust-lang/regex/tree/master/regex-lite", "https://github.com/rust-lang/regex"),
        ("git+ssh://git@github.com/a/b#main", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("https://gitlab.com/Group/sub/project/-/tree/main", "https://gitlab.com/Group/sub/project"),
        ("not a url", None),
        (None, None),
    ],
)
def test_one_repository_has_one_name(url: str | None, name: str | None) -> None:
    assert repository_name(url) == name
