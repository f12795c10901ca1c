"""The licence bundle: every licence text that what ships is under, and everybody who has to be named.

It is made from the ledger alone, and the texts of the origins that the ledger names by hash; so it can be made again,
and `verify` sees what is missing.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.corpus.ledger import parts_of, read_rows
from engine.errors import CorpusError

FOLDER = "licences"
NOTICE = "ATTRIBUTION.md"
_COLUMNS = ("action", "origin", "chosen", "copyrights", "attribution", "licence_files", "spdx")


def write_bundle(out: Path, texts: Mapping[str, str] | None = None) -> None:
    """Writes the bundle of a corpus, in place of an earlier one.

    ``texts`` are licence texts by SHA-256; without them those that the corpus has kept are taken, so a bundle can be
    made again from a corpus alone. Raises `CorpusError` when the ledger names a text that is nowhere.
    """
    kept = dict(texts) if texts is not None else dict(_kept(out))
    folder, new = out / FOLDER, out / f".{FOLDER}.new"
    shutil.rmtree(new, ignore_errors=True)
    (new / "texts").mkdir(parents=True)
    (new / "spdx").mkdir()
    used = _Used()
    for row in shipped(out):
        used.take(row)
    for digest in sorted(used.files):
        if digest not in kept:
            raise CorpusError(f"the licence text {digest[:16]}… is in the ledger and nowhere else", fix="build again")
        (new / "texts" / f"{digest}.txt").write_bytes(kept[digest].encode())
    known = _spdx_texts()
    for licence in sorted(used.licences):
        if licence in known:
            (new / "spdx" / f"{licence}.txt").write_text(known[licence], encoding="utf-8")
    (new / NOTICE).write_text("".join(used.notice()), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.replace(folder)


def shipped(out: Path) -> Iterator[dict[str, Any]]:
    """The rows of the ledger that ship, with the columns that a bundle needs."""
    for part in parts_of(out):
        for row in read_rows(part, _COLUMNS):
            if row["action"] == "keep":
                yield row


def missing(out: Path) -> tuple[str, ...]:
    """What a bundle lacks of what its ledger asks for: hashes of texts, identifiers of licences, names of origins."""
    used = _Used()
    for row in shipped(out):
        used.take(row)
    folder = out / FOLDER
    lacks = [digest for digest in sorted(used.files) if not (folder / "texts" / f"{digest}.txt").exists()]
    lacks += [name for name in sorted(used.licences) if not (folder / "spdx" / f"{name}.txt").exists()]
    notice = folder / NOTICE
    text = notice.read_text(encoding="utf-8") if notice.exists() else ""
    return (*lacks, *(origin for origin in sorted(used.origins) if f"## {origin}\n" not in text))


class _Used:
    """What the shipped rows ask for."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.licences: set[str] = set()
        self.origins: dict[str, str] = {}
        self._terms: dict[str, set[str]] = defaultdict(set)
        self._copyrights: dict[str, set[str]] = defaultdict(set)
        self._files: dict[str, tuple[str, ...]] = {}

    def take(self, row: dict[str, Any]) -> None:
        origin = row["origin"]
        self.files.update(entry.rsplit(" ", 1)[1] for entry in row["licence_files"])
        # A LicenseRef has no text of SPDX's: its words stand in the file that it was read in.
        self.licences.update(name for name in row["chosen"] if not name.startswith("LicenseRef-"))
        self.origins[origin] = row["attribution"] or origin
        self._terms[origin].add(row["spdx"] or "")
        self._copyrights[origin].update(row["copyrights"])
        self._files[origin] = tuple(row["licence_files"])

    def notice(self) -> Iterator[str]:
        yield "# Attribution\n\nThis corpus holds these works or parts of them, under the terms named with each.\n"
        for origin in sorted(self.origins):
            yield f"\n## {origin}\n\n{self.origins[origin]}\n\n"
            yield f"Terms: {'; '.join(sorted(self._terms[origin]))}\n"
            for line in sorted(self._copyrights[origin]):
                yield f"- {line}\n"
            for entry in self._files[origin]:
                path, digest = entry.rsplit(" ", 1)
                yield f"- {path}: texts/{digest}.txt\n"


def _kept(out: Path) -> Iterator[tuple[str, str]]:
    """The licence texts that this corpus has: those of its work folder, or else of its bundle."""
    from engine.corpus.shard import read_origins

    for path in sorted((out / FOLDER / "texts").glob("*.txt")):
        yield path.stem, path.read_bytes().decode()
    for path in sorted((out / ".work" / "pieces").glob("*/*/origins.json")):
        for origin in read_origins(path).values():
            for file in origin.licence_files:
                yield file.sha256, file.text


def _spdx_texts() -> dict[str, str]:
    from engine.corpus.licences.texts import spdx_texts

    licences, exceptions = spdx_texts()
    return {**licences, **exceptions}
