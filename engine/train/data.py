"""Files to learn from: a packaged corpus, or a folder of crates. What is held out is held out by repository."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from engine.errors import TrainingError
from engine.train.packing import Rows, Text

HELD_OUT = 0.05  # share of the repositories, but never none
VERSION = re.compile(r"-\d+\.\d+.*$")  # of an unpacked crate: all versions are one repository
LARGEST = 1 << 20  # bytes: a larger file is a table or generated


@dataclass(frozen=True)
class File:
    """A file and whether its repository is held out."""

    content: bytes
    repository: str
    held_out: bool


def files(data: Path) -> Iterator[File]:
    """The files of a corpus (``data/<family>/<split>-*.jsonl.zst``) or the ``.rs`` files below a folder, by crate.

    A corpus says which split a line belongs to: `train` is learnt, `validation` is held out, and `test` is not read. In
    a plain folder, each folder in it is a repository, and one in twenty is held out, but never none of several.
    Raises `TrainingError` when there is nothing to read.
    """
    shards = sorted(data.rglob("*.jsonl.zst"))
    found = _shards(shards) if shards else _folder(data)
    count = 0
    for file in found:
        count += 1
        yield file
    if not count:
        raise TrainingError(f"{data} holds nothing to learn from", fix="name a corpus, or a folder of crates")


def repository_of(folder: str) -> str:
    """The repository of a crate's folder: all its versions are one."""
    return VERSION.sub("", folder)


def held_out(repositories: Iterable[str], share: float = HELD_OUT, least: int = 1) -> list[str]:
    """The repositories whose names' hashes fall under the share, lowest first: held out whatever stands beside them.

    Where these are fewer than ``least``, those that would be the next are taken too.
    """
    places = {int.from_bytes(sha256(f"rusta\0{one}".encode()).digest()[:8]) / 2**64: one for one in repositories}
    below = sum(place < share for place in places)
    return [places[place] for place in sorted(places)][: max(below, least)]


def packed(texts: Iterable[tuple[bool, Text]], length: int) -> tuple[Rows, Rows]:
    """What is learnt and what is held out, in rows of ``length`` symbols."""
    kept: list[Text] = []

    def learnt() -> Iterator[Text]:
        for out, text in texts:
            if out:
                kept.append(text)
            else:
                yield text

    return Rows.pack(learnt(), length), Rows.pack(kept, length)


def read(objective: Callable[[Path], Iterator[tuple[bool, Text]]], data: Path, length: int) -> tuple[Rows, Rows]:
    """An objective's rows from data: those to learn, those held out. Raises `TrainingError` when there are none."""
    learn, out = packed(objective(data), length)
    for rows, what in ((learn, "to learn from"), (out, "held out")):
        if not len(rows):
            raise TrainingError(f"{data} has nothing {what}", fix="name data of more repositories")
    return learn, out


def _shards(shards: list[Path]) -> Iterator[File]:
    import zstandard

    for shard in shards:
        if shard.name.startswith("test-"):
            continue
        try:
            with shard.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as lines:
                for line in io.BufferedReader(lines):
                    fields = json.loads(line)
                    if fields["split"] != "test":
                        out = fields["split"] == "validation"
                        yield File(fields["text"].encode(), fields["repository"], out)
        except (OSError, ValueError, KeyError, zstandard.ZstdError) as error:
            raise TrainingError(f"{shard.name} is no shard of a corpus: {error}", fix="build it again") from error


def _folder(data: Path) -> Iterator[File]:
    paths = [
        (path, repository_of(path.relative_to(data).parts[0]))
        for path in sorted(data.rglob("*.rs"))
        if not path.is_symlink() and path.is_file() and path.stat().st_size <= LARGEST
    ]
    repositories = {repository for _, repository in paths}
    out = held_out(repositories, least=1 if len(repositories) > 1 else 0)
    for path, repository in paths:
        yield File(path.read_bytes(), repository, repository in out)
