"""One answer of a causal language model: held to a JSON Schema if wanted, ended by time, by whoever asked, or early."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor
from transformers import LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList

from engine.errors import TrainingError
from engine.model.causal import context_of, short

THOUGHT: Final = "</think>"
_LEAST: Final = 16  # tokens that there has to be room for
_TAIL: Final = 8  # tokens that are looked at for the end of an object or of thoughts


@dataclass(frozen=True)
class Asked:
    """How an answer is drawn: greedily at ``temperature`` 0, else from ``seed``; ``limit`` is in tokens."""

    limit: int
    temperature: float
    seed: int
    seconds: float


@dataclass(frozen=True)
class Said:
    """What a model wrote. ``cut``: by its length; ``late``: by the clock."""

    text: str
    tokens_in: int
    tokens_out: int
    seconds: float
    cut: bool
    late: bool


class Grammar:
    """A JSON Schema as masks over a tokenizer's tokens (llguidance). Raises `TrainingError` where it cannot be made."""

    def __init__(self, tokenizer: Any, vocabulary: int, schema: dict[str, Any]) -> None:
        if importlib.util.find_spec("llguidance") is None:
            raise TrainingError("llguidance is not installed", fix="pip install 'rusta-tui[hf]'")
        import llguidance
        import llguidance.hf

        self._matcher = llguidance.LLMatcher
        try:
            self._tokens = llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary)
        except Exception as error:  # the library raises whatever its Rust side says
            raise TrainingError(
                f"answers cannot be held to the edit format: {short(error)}", fix="set `constrain: none`"
            ) from error
        self._grammar = self._matcher.grammar_from_json_schema(
            json.dumps(schema), defaults={"whitespace_flexible": False}
        )

    def matcher(self) -> Any:
        """A fresh one, for one answer."""
        return self._matcher(self._tokens, self._grammar)


class Held(LogitsProcessor):
    """Lets through only tokens that can still become an object of the schema.

    Where the prompt leaves the model thinking, it thinks freely until its thoughts are closed.
    """

    def __init__(self, matcher: Any, start: int, ends: list[int], tokenizer: Any, *, thinking: bool) -> None:
        self._matcher, self._tokenizer = matcher, tokenizer
        self._seen, self._ends, self._thinking = start, ends, thinking

    def __call__(self, ids: Tensor, scores: Tensor) -> Tensor:
        """Scores with what is ruled out at minus infinity. ``ids`` (1, length), ``scores`` (1, vocabulary)."""
        new = ids[0, self._seen :].tolist()
        self._seen = ids.shape[1]
        if self._thinking:
            if THOUGHT not in self._tokenizer.decode(ids[0, -_TAIL:], skip_special_tokens=False):
                return scores
            self._thinking, new = False, []
        for token in new:
            if not self._matcher.is_stopped():
                self._matcher.consume_token(token)
        if self._matcher.is_stopped() or self._matcher.is_error():
            allowed = torch.zeros(scores.shape[-1], dtype=torch.bool, device=scores.device)
            allowed[self._ends] = True
        else:
            bias = bytearray(self._matcher.compute_logit_bias())
            allowed = torch.zeros(scores.shape[-1], dtype=torch.bool)
            found = torch.frombuffer(bias, dtype=torch.uint8)[: scores.shape[-1]] > 0
            allowed[: found.shape[0]] = found
            allowed = allowed.to(scores.device)
        return scores.masked_fill(~allowed, -torch.inf)


class Ended(StoppingCriteria):
    """Whether nobody waits any more, time is up, or the text is already whole."""

    def __init__(
        self, asked: Asked, going: Callable[[], bool], whole: Callable[[str], bool], start: int, tokenizer: Any
    ) -> None:
        self._until = time.monotonic() + asked.seconds
        self._going, self._whole, self._start, self._tokenizer = going, whole, start, tokenizer
        self.late = self.done = False

    def __call__(self, ids: Tensor, scores: Tensor, **more: Any) -> Tensor:
        """One truth value a row."""
        if not self._going() or time.monotonic() > self._until:
            self.late = True
        elif "}" in self._tokenizer.decode(ids[0, -1:]):
            self.done = self._whole(self._tokenizer.decode(ids[0, self._start :], skip_special_tokens=True))
        return torch.full((ids.shape[0],), self.late or self.done, dtype=torch.bool, device=ids.device)


@torch.inference_mode()
def answered(
    model: Any,
    tokenizer: Any,
    prompt: list[int],
    asked: Asked,
    *,
    grammar: Grammar | None,
    thinking: bool,
    whole: Callable[[str], bool],
    going: Callable[[], bool],
) -> Said:
    """What the model writes after ``prompt`` (tokens). ``whole`` says whether a text needs nothing more.

    Raises `TrainingError` when the prompt leaves no room for an answer.
    """
    began = time.monotonic()
    room = context_of(model)
    left = asked.limit if room is None else min(asked.limit, room - len(prompt))
    if left < _LEAST:
        raise TrainingError(f"the prompt takes {len(prompt)} of {room} tokens", fix="lower pack_bytes")
    ends = ends_of(model, tokenizer)
    stop = Ended(asked, going, whole, len(prompt), tokenizer)
    held = LogitsProcessorList()
    if grammar is not None:
        held.append(Held(grammar.matcher(), len(prompt), ends, tokenizer, thinking=thinking))
    ids = torch.tensor([prompt], device=model.device)
    drawn: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    if asked.temperature > 0:
        drawn = {"do_sample": True, "temperature": asked.temperature, "top_p": None, "top_k": 0}
    with torch.random.fork_rng(devices=[model.device] if model.device.type == "cuda" else []):
        torch.manual_seed(asked.seed)
        out = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=left,
            eos_token_id=ends,
            pad_token_id=tokenizer.pad_token_id if tokenizer.pad_token_id is not None else ends[0],
            logits_processor=held,
            stopping_criteria=StoppingCriteriaList([stop]),
            **drawn,
        )
    written = out[0, len(prompt) :]
    cut = len(written) >= left and not stop.done and int(written[-1]) not in ends
    text = tokenizer.decode(written, skip_special_tokens=True)
    return Said(str(text), len(prompt), len(written), time.monotonic() - began, cut, stop.late)


def ends_of(model: Any, tokenizer: Any) -> list[int]:
    """The tokens that end an answer: those of the model's generation settings and the tokenizer's own."""
    told = getattr(model.generation_config, "eos_token_id", None)
    found = {*(told if isinstance(told, list) else [told]), tokenizer.eos_token_id} - {None}
    if not found:
        raise TrainingError("neither the model nor its tokenizer says what ends an answer", fix="set eos_token")
    return sorted(found)
