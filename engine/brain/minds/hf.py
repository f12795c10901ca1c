"""A causal language model on this machine, behind one thread: loaded while she looks around, asked one at a time.

Torch and transformers are imported on that thread alone, and only when the folders are there, so a wrong setting costs
nothing. An answer ends between two tokens when its time is up or whoever asked is cancelled.
"""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.brain.minds.answer import complete_object, decoder_schema
from engine.brain.minds.mind import MindError, Prompt, Reply
from engine.brain.minds.settings import LocalSettings
from engine.errors import TrainingError

if TYPE_CHECKING:
    from engine.model.adapters import Adapted
    from engine.model.answering import Grammar, Said

_Found = TypeVar("_Found")
_NEEDED = ("torch", "transformers", "safetensors")
_OPEN = "<think>"


@dataclass
class _Loaded:
    """What lives on the thread."""

    adapted: Adapted
    tokenizer: Any
    grammar: Grammar | None


class HfMind:
    """One model of one folder, with or without an adapter. ``name`` says both.

    Raises `MindError` with one line at once where a package or a folder is missing; what only loading can tell is said
    by the first answer.
    """

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings
        needed = (*_NEEDED, *(["peft"] if settings.adapter else []))
        needed += ("llguidance",) if settings.constrain == "schema" else ()
        lacks = next((name for name in needed if importlib.util.find_spec(name) is None), None)
        if lacks is not None:
            raise MindError(f"the brain `hf` needs {lacks}", fix="pip install 'rusta-tui[hf]'")
        self._folder = _there(settings.model, "model", "config.json")
        adapter = _there(settings.adapter, "adapter", "adapter_config.json") if settings.adapter else None
        self.name = self._named(adapter)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hf")
        self._loaded: Future[_Loaded] = self._thread.submit(self._load, adapter)

    async def reply(self, prompt: Prompt, *, sample: int) -> Reply:
        """One answer; the first is greedy. Raises `MindError` when it was not whole in time, or the model fails."""
        given_up = threading.Event()
        loaded = await self._on_thread(self._loaded)
        try:
            said = await self._on_thread(
                self._thread.submit(self._answer, loaded, prompt, sample, lambda: not given_up.is_set())
            )
        finally:
            given_up.set()
        if said.late and complete_object(said.text) is None:
            raise MindError(f"{self.name} did not answer within {self.settings.seconds:g} s")
        return Reply(said.text, said.seconds, said.tokens_in, said.tokens_out, cut=said.cut or said.late)

    async def use_adapter(self, path: Path | None) -> None:
        """Answers from now on with the adapter at ``path``, or with none; those under way are finished first.

        Raises `MindError` when it does not fit; the one before stays then.
        """
        loaded = await self._on_thread(self._loaded)
        found = _there(str(path), "adapter", "adapter_config.json") if path is not None else None
        await self._on_thread(self._thread.submit(loaded.adapted.use, found))
        self.name = self._named(found)

    async def _on_thread(self, future: Future[_Found]) -> _Found:
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        except TrainingError as error:
            raise MindError(str(error), fix=error.fix) from error
        except (RuntimeError, ValueError, OSError, MemoryError) as error:  # of torch: no memory, no kernel, …
            raise MindError(f"{self.name} does not answer: {' '.join(str(error).split())[:160]}") from error

    def _load(self, adapter: Path | None) -> _Loaded:
        from engine.model.adapters import Adapted
        from engine.model.answering import Grammar
        from engine.model.causal import device_of, dtype_of, load_causal, load_tokenizer

        device = device_of(self.settings.device)
        tokenizer = load_tokenizer(self._folder)
        adapted = Adapted(load_causal(self._folder, device, dtype_of(self.settings.dtype, device)))
        if adapter is not None:
            adapted.use(adapter)
        grammar = None
        if self.settings.constrain == "schema":
            grammar = Grammar(tokenizer, adapted.base().get_output_embeddings().weight.shape[0], decoder_schema())
        return _Loaded(adapted, tokenizer, grammar)

    def _answer(self, loaded: _Loaded, prompt: Prompt, sample: int, going: Callable[[], bool]) -> Said:
        from engine.model.answering import Asked, answered
        from engine.model.causal import encoded, rendered

        settings = self.settings
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        text = rendered(loaded.tokenizer, messages, answer=True)
        asked = Asked(settings.max_tokens, settings.temperature if sample else 0.0, sample, settings.seconds)
        with loaded.adapted.as_set() as model:
            said: Said = answered(
                model,
                loaded.tokenizer,
                encoded(loaded.tokenizer, text),
                asked,
                grammar=loaded.grammar,
                thinking=text.rstrip().endswith(_OPEN),
                whole=lambda said: complete_object(said) is not None,
                going=going,
            )
        return said

    def _named(self, adapter: Path | None) -> str:
        return f"hf:{self._folder.name}" + (f"+{adapter.name}" if adapter is not None else "")


def _there(path: str, what: str, file: str) -> Path:
    folder = Path(path).expanduser()
    if not (folder / file).is_file():
        said = f"has no {file}" if folder.is_dir() else "is not there"
        raise MindError(f"the {what} {folder} {said}", fix=f"name its folder as `{what}` in brains.yaml")
    return folder.resolve()
