"""Brains made worse on purpose, one vice each: a measure that does not notice them measures nothing."""

from dataclasses import replace
from itertools import count

from engine.brain.protocol import Candidate, edits_key
from engine.brain.search import SearchBrain
from engine.schema.patch import Edit


class Deleter(SearchBrain):
    """Makes errors go away together with the code."""

    name = "deleter"

    async def think(self, context):
        path = context.diagnostic.primary.file
        source = context.read(path).decode()
        start, end = source.index("{") + 1, source.index("\n}")
        edits = (Edit(path=path, byte_start=start, byte_end=end, before=source[start:end], after="\n    todo!()"),)
        gone = Candidate(edits_key(edits), "delete-it", "it is in the way", "Delete it.", edits, None, "delete", 0.95)
        return () if gone.key in context.refuted else (gone,)


class Boaster(SearchBrain):
    """Is sure of everything."""

    name = "boaster"

    async def think(self, context):
        return tuple(replace(candidate, confidence=0.99) for candidate in await super().think(context))


class Repeater(SearchBrain):
    """Tries the same thing again and thinks that it is another."""

    name = "repeater"
    _numbers = count()

    async def think(self, context):
        best = (await super().think(replace(context, refuted=frozenset())))[:1]
        return tuple(replace(one, key=f"{next(self._numbers):012x}", confidence=0.9) for one in best)


def deleter(store):
    return Deleter()


def boaster(store):
    return Boaster()


def repeater(store):
    return Repeater()
