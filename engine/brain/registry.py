"""The brains there are, by the name that ``--brain`` takes."""

from __future__ import annotations

from collections.abc import Callable

from engine.brain.protocol import Brain
from engine.errors import RustaError
from engine.store.store import Store


class UnknownBrainError(RustaError):
    """There is no brain of that name."""


def _search(store: Store) -> Brain:
    from engine.brain.memory.recall import Recollection
    from engine.brain.search import SearchBrain

    revoked = frozenset(move.name for move in store.moves(revoked=True))
    memory = Recollection(store, revoked)
    return SearchBrain(store.outcome_counts(), revoked, keep=store.record_outcome, memory=memory)


def _forgetful(store: Store) -> Brain:
    """The search brain as on its first day: nothing that other sessions learnt, and nothing kept for later ones."""
    from engine.brain.search import SearchBrain

    brain = SearchBrain((), (move.name for move in store.moves(revoked=True)))
    brain.name = "forgetful"
    return brain


def _server(store: Store) -> Brain:
    from engine.brain.minds.brain import beside
    from engine.brain.minds.server import ServerMind
    from engine.brain.minds.settings import load_settings, needed

    settings = needed(load_settings().server, "server")
    return beside("server", ServerMind(settings), settings, store)


def _hf(store: Store) -> Brain:
    from engine.brain.minds.brain import beside
    from engine.brain.minds.hf import HfMind
    from engine.brain.minds.settings import load_settings, needed

    settings = needed(load_settings().hf, "hf")
    return beside("hf", HfMind(settings), settings, store)


def _byte(store: Store) -> Brain:
    from engine.brain.minds.byte import beside
    from engine.brain.minds.settings import load_settings, needed

    return beside(needed(load_settings().byte, "byte"), store)


_BRAINS: dict[str, Callable[[Store], Brain]] = {
    "search": _search,
    "forgetful": _forgetful,
    "server": _server,
    "hf": _hf,
    "byte": _byte,
}


def add_brain(name: str, make: Callable[[Store], Brain]) -> None:
    """Makes a brain known in this process under ``name``, in place of an earlier one of that name."""
    _BRAINS[name] = make


def get_brain(name: str, store: Store) -> Brain:
    """The brain of that name, with what the store remembers; `UnknownBrainError` when there is none."""
    make = _BRAINS.get(name)
    if make is None:
        raise UnknownBrainError(f"there is no brain `{name}`", fix=f"take one of: {', '.join(sorted(_BRAINS))}")
    return make(store)
