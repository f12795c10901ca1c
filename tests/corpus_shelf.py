"""A source for tests: a folder with one folder a crate, and a build of it that a test can start as a process."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.corpus.build import Progress, Recipe, build
from engine.corpus.dedup.resolve import DedupSettings
from engine.corpus.document import Document, LicenceFile, Origin
from engine.corpus.licences.joined import LicenceStep
from engine.corpus.workers import local_workers
from engine.errors import CorpusError

MIT = """MIT License

Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@dataclass(frozen=True)
class Shelf:
    """Each folder is a crate: `LICENSE*` are its licence files, `declared` says its manifest's, `*.rs` is its code."""

    folder: Path
    name: str = "shelf"

    def settings(self) -> Mapping[str, Any]:
        return dict.fromkeys(self.units(), "1")

    def units(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self.folder.iterdir()))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        root = self.folder / unit
        if (root / "broken").exists():
            raise CorpusError(f"{unit} is torn off")
        files = sorted(path for path in root.rglob("*") if path.is_file())
        licences = [path for path in files if path.name.startswith("LICENSE")]
        declared = root / "declared"
        origin = Origin(
            id=f"shelf:{unit}",
            source=self.name,
            repository=unit,
            crate=unit,
            version="1.0.0",
            declared=declared.read_text().strip() if declared.exists() else None,
            manifest="Cargo.toml",
            licence_files=tuple(LicenceFile(path.relative_to(root).as_posix(), path.read_text()) for path in licences),
        )
        return origin, (
            Document(origin.id, path.relative_to(root).as_posix(), path.read_bytes())
            for path in files
            if path.suffix == ".rs"
        )


def recipe(folder: Path) -> Recipe:
    return Recipe((Shelf(folder),), (LicenceStep(),), dedup=DedupSettings(most_lost=0.9))


def fill(folder: Path, crates: int = 9) -> None:
    """Crates of three files each; in every third one file is a copy of another crate's, and one nearly so."""
    for number in range(crates):
        root = folder / f"crate{number}"
        root.mkdir(parents=True)
        (root / "declared").write_text("MIT/Apache-2.0" if number % 2 else "MIT")
        (root / "LICENSE-MIT").write_text(MIT)
        for part in range(3):
            source = 0 if number % 3 == 2 and part < 2 else number
            body = "\n".join(
                f"pub fn f{source}_{part}_{i}(x: u32) -> u32 {{ x * {i + source * 31} + {part} }}" for i in range(40)
            )
            tail = "pub fn more() {}\n" if source != number and part == 1 else ""
            (root / f"part{part}.rs").write_text(f"{body}\n{tail}")


def contents(out: Path) -> dict[str, bytes]:
    """Everything that a corpus hands on, by path."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.relative_to(out).parts[0].startswith(".")
    }


def main(folder: str, out: str, workers: str) -> None:
    def told(progress: Progress) -> None:
        print(progress.stage, progress.done, progress.total, progress.note, sep="\t", flush=True)

    with local_workers(int(workers)) as pool:
        build(recipe(Path(folder)), Path(out), pool, told)


if __name__ == "__main__":
    main(*sys.argv[1:])
