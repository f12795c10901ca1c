"""Which sources and steps a corpus is made of, from what somebody asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.corpus.build import Recipe
from engine.corpus.document import Source, Step
from engine.corpus.licences.joined import LicenceStep
from engine.errors import CorpusError

if TYPE_CHECKING:
    from engine.store.store import Store


@dataclass(frozen=True)
class Wish:
    """What a corpus is to be made of. ``crates`` is a file with a name (``name`` or ``name@version``) a line."""

    docs: bool = True
    crates: Path | None = None
    sessions: bool = True
    sealed: Collection[str] = field(default_factory=tuple)


def recipe(wish: Wish, work: Path, store: Store | None, told: Callable[[str, int, int], None]) -> Recipe:
    """The recipe for a wish. Crates are fetched here, by cargo; what they were is kept in ``work``.

    Raises `CorpusError` when a source cannot be had at all.
    """
    sources: list[Source] = []
    if wish.crates is not None:
        sources.append(_crates(wish.crates, work, told))
    if not sources:
        raise CorpusError("there is nothing to make a corpus of", fix="name a source")
    steps: tuple[Step, ...] = (LicenceStep(),)
    return Recipe(tuple(sources), steps, sealed=tuple(sorted(wish.sealed)))


def _crates(listed: Path, work: Path, told: Callable[[str, int, int], None]) -> Source:
    from engine.corpus.sources.crate_lock import lock_crates
    from engine.corpus.sources.crates import Crates

    try:
        lines = listed.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{listed} cannot be read: {error}", fix="give a file with a crate's name a line") from error
    names = [name for line in lines if (name := line.partition("#")[0].strip())]
    if not names:
        raise CorpusError(f"{listed} names no crates", fix="write a name a line, with @version where it matters")
    work.mkdir(parents=True, exist_ok=True)
    fetched = partial(told, "fetch")
    return Crates(asyncio.run(lock_crates(names, work / "crates.json", on_progress=fetched)))
