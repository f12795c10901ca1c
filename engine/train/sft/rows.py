"""Examples as tokens: the question through the chat template, and the answer, of which alone is learnt."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import TrainingError
from engine.model.causal import encoded, rendered
from engine.train.order import Mixture
from engine.train.sft.examples import Example
from engine.train.sft.settings import Tuning

_OPEN: Final = "<think>"
_NO_THOUGHTS: Final = "\n</think>\n\n"


@dataclass(frozen=True)
class Row:
    """Tokens of a question and its answer; the first ``given`` of them are the question's."""

    tokens: tuple[int, ...]
    given: int


@dataclass(frozen=True)
class Data:
    """What is learnt, by family, and what is held out. ``too_long`` examples did not fit into the length."""

    train: dict[str, list[Row]]
    held_out: list[Row]
    too_long: int

    def hashes(self) -> dict[str, str]:
        """A hash of every part."""
        return {name: _hash(rows) for name, rows in self.train.items()} | {"held out": _hash(self.held_out)}


def rows_of(tokenizer: Any, examples: Iterable[Example], length: int) -> Data:
    """Examples as rows of at most ``length`` tokens.

    A model that its template leaves thinking is taught to close its thoughts at once: the samples hold none. Raises
    `TrainingError` when nothing is left to learn, or to measure by.
    """
    if tokenizer.eos_token_id is None:
        raise TrainingError("the tokenizer has no token that ends an answer", fix="set its eos_token")
    train: dict[str, list[Row]] = {}
    held_out: list[Row] = []
    too_long = 0
    for one in examples:
        question = rendered(tokenizer, one.messages(), answer=True)
        given = encoded(tokenizer, question)
        words = (_NO_THOUGHTS if question.rstrip().endswith(_OPEN) else "") + one.answer
        answer = list(tokenizer(words, add_special_tokens=False)["input_ids"])
        row = Row((*given, *answer, tokenizer.eos_token_id), len(given))
        if len(row.tokens) > length:
            too_long += 1
        elif one.held_out:
            held_out.append(row)
        else:
            train.setdefault(one.family, []).extend([row] * one.times)
    for rows, what in ((train, "to learn from"), (held_out, "held out")):
        if not rows:
            raise TrainingError(
                f"the corpus has nothing {what}, and {too_long} examples are longer than {length} tokens",
                fix="take a corpus of more repositories, or a larger `length`",
            )
    return Data(dict(sorted(train.items())), held_out, too_long)


class Order:
    """Micro-batch by number: the rows of it that one process of ``world`` reads. The number alone decides."""

    def __init__(self, data: Data, tuning: Tuning, rank: int, world: int) -> None:
        loop = tuning.loop
        if loop.batch % world:
            raise TrainingError(f"{loop.batch} rows do not divide by {world} processes", fix="change `batch`")
        self._rows = list(data.train.values())
        weights = [loop.weights.get(name, float(len(rows))) for name, rows in data.train.items()]
        try:
            self._mixture = Mixture.of([len(rows) for rows in self._rows], weights)
        except ValueError as error:
            raise TrainingError(f"there is nothing to learn from: {error}", fix="change `weights`") from error
        self._seed, self._whole = loop.seed, loop.batch
        self._share = loop.batch // world
        self._first = rank * self._share

    def at(self, number: int) -> list[Row]:
        """Rows of micro-batch ``number``, counted from 0 over the whole run."""
        begin = number * self._whole + self._first
        taken = (self._mixture.at(self._seed, one) for one in range(begin, begin + self._share))
        return [self._rows[source][index] for source, index in taken]


def _hash(rows: Sequence[Row]) -> str:
    made = hashlib.blake2b(digest_size=16)
    for row in rows:
        made.update(struct.pack(f"<{len(row.tokens) + 2}q", len(row.tokens), row.given, *row.tokens))
    return made.hexdigest()
