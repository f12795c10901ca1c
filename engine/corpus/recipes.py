"""Which sources and steps a corpus is made of, from what somebody asks for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.corpus.build import Recipe
from engine.corpus.clean.form import FormStep
from engine.corpus.clean.personal import PersonalStep
from engine.corpus.clean.secrets import SecretStep
from engine.corpus.decontaminate.step import Decontaminate
from engine.corpus.dedup.resolve import DedupSettings
from engine.corpus.document import Source, Step
from engine.corpus.licences.joined import LicenceStep
from engine.corpus.licences.policy import Pack
from engine.corpus.shard import whole
from engine.errors import CorpusError

if TYPE_CHECKING:
    from engine.corpus.decontaminate.step import SealedPrint
    from engine.schema.patch import Patch

_NOTE = ".sources.json"
Told = Callable[[str, int, int], None]
Barred = Callable[["Patch"], bool]


@dataclass(frozen=True)
class Wish:
    """What a corpus is to be made of: paths of lists and checkouts on this machine, nothing by default but the docs.

    ``crates`` are files with a name (or ``name@version``) a line; of a crates.io ``dump`` the ``top`` most downloaded
    ones are taken. ``most_lost`` is the share of a source that may go as duplicates. ``share_alike`` asks for the pack
    of share-alike works, which holds nothing else.
    """

    docs: bool = True
    sessions: bool = True
    crates: tuple[Path, ...] = ()
    rfcs: tuple[Path, ...] = ()
    stack: tuple[Path, ...] = ()
    git: tuple[Path, ...] = ()
    ui_tests: tuple[Path, ...] = ()
    dump: Path | None = None
    top: int = 0
    most_lost: float = 0.5
    share_alike: bool = False

    def also(self, other: Wish) -> Wish:
        """This wish with the paths of another one, each once."""
        paths: dict[str, Any] = {
            name: tuple(dict.fromkeys((*getattr(other, name), *getattr(self, name)))) for name in PATHS
        }
        return replace(self, **paths)


def wish_of(paths: Mapping[str, tuple[Path, ...]]) -> Wish:
    """A wish for the paths of each kind in `PATHS`, and nothing else said."""
    return replace(Wish(), **dict[str, Any](paths))


PATHS = ("crates", "rfcs", "stack", "git", "ui_tests")


def remembered(corpus: Path) -> Wish:
    """The sources that were added to a corpus; `CorpusError` when the note of them is broken."""
    note = corpus / _NOTE
    if not note.exists():
        return Wish()
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        return wish_of({name: tuple(map(Path, held.get(name, ()))) for name in PATHS})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CorpusError(f"{note} is broken", fix="delete it and add the sources again") from error


def remember(corpus: Path, wish: Wish) -> Wish:
    """Adds the paths of a wish to a corpus's sources, to be built with from now on; all that it has by now.

    Raises `CorpusError` for a path that is not there.
    """
    for path in (path for name in PATHS for path in getattr(wish, name)):
        if not path.exists():
            raise CorpusError(f"there is no {path}", fix="give a path on this machine")
    absolute = wish_of({name: tuple(path.absolute() for path in getattr(wish, name)) for name in PATHS})
    known = absolute.also(remembered(corpus))
    with whole(corpus / _NOTE) as new:
        text = json.dumps({name: [str(path) for path in getattr(known, name)] for name in PATHS}, indent=1)
        new.write_text(text, encoding="utf-8")
    return known


def recipe(wish: Wish, work: Path, sealed: Sequence[SealedPrint], barred: Barred, told: Told) -> Recipe:
    """The recipe for a wish. Crates are fetched here, by cargo; which they were is kept in ``work``.

    ``sealed`` are the prints of what must not be learnt, ``barred`` says which of her patches were on it. Raises
    `CorpusError` when a source cannot be had at all, or there is none.
    """
    work.mkdir(parents=True, exist_ok=True)
    sources = [*_docs(wish, work), *_checkouts(wish), *_sessions(wish, barred), *_crates(wish, work, told)]
    if not sources:
        raise CorpusError("there is nothing to make a corpus of", fix="name a source")
    # What is cheap and drops much comes first; the licence is read in the text as it was.
    pack: Pack = "share-alike" if wish.share_alike else "permissive"
    steps: tuple[Step, ...] = (FormStep(), LicenceStep(pack), Decontaminate(sealed), SecretStep(), PersonalStep())
    cases = tuple(sorted({text.case for text in sealed}))
    name = "rusta-share-alike" if wish.share_alike else "rusta-corpus"
    return Recipe(
        tuple(sources), steps, dedup=DedupSettings(most_lost=wish.most_lost), sealed=cases, name=name, pack=pack
    )


def _docs(wish: Wish, work: Path) -> list[Source]:
    if not wish.docs:
        return []
    from engine.corpus.sources.canon import Canon
    from engine.corpus.sources.tools import Tools
    from engine.rust.toolchain import find_toolchain

    toolchain, kept = find_toolchain(Path.cwd()), work / "examples"
    return [Canon(toolchain, kept), Tools(toolchain, kept)]


def _checkouts(wish: Wish) -> list[Source]:
    from engine.corpus.sources.git import GitCheckout
    from engine.corpus.sources.rfcs import Rfcs
    from engine.corpus.sources.stack import StackV2
    from engine.corpus.sources.ui_tests import UiTests

    return [
        *(Rfcs(path) for path in wish.rfcs),
        *(StackV2(path, str(path / "contents")) for path in wish.stack),
        *(UiTests(path) for path in wish.ui_tests),
        *(GitCheckout(path) for path in wish.git),
    ]


def _sessions(wish: Wish, barred: Barred) -> list[Source]:
    if not wish.sessions:
        return []
    from engine.corpus.sources.devlogs import DevLogs

    return [DevLogs(barred=barred)]


def _crates(wish: Wish, work: Path, told: Told) -> list[Source]:
    if not wish.crates and wish.dump is None:
        return []
    from engine.corpus.sources.crate_dump import most_downloaded
    from engine.corpus.sources.crate_lock import lock_crates, read_names
    from engine.corpus.sources.crates import Crates

    names = [name for listed in wish.crates for name in read_names(listed)]
    if wish.dump is not None:
        names += most_downloaded(wish.dump, wish.top)
    fetched = partial(told, "fetch")
    return [Crates(asyncio.run(lock_crates(names, work / "crates.json", on_progress=fetched)))]
