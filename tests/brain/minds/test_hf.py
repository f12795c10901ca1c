"""A model on this machine: what it is held to, how it is ended, and adapters that come and go."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[hf]'")
for _name in ("transformers", "peft", "llguidance"):
    pytest.importorskip(_name, reason=f"{_name} is not installed: pip install 'rusta-tui[hf]'")

from engine.brain.minds.answer import decoder_schema, parse_answer  # noqa: E402
from engine.brain.minds.hf import HfMind  # noqa: E402
from engine.brain.minds.mind import MindError, Prompt  # noqa: E402
from engine.brain.minds.settings import LocalSettings  # noqa: E402
from engine.model.adapters import merge  # noqa: E402
from engine.model.answering import Grammar, Held  # noqa: E402
from engine.model.causal import load_tokenizer  # noqa: E402
from tests.tiny_causal import tiny_adapter, tiny_model  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
PROMPT = Prompt("You mend code.", "fn main() {")


@pytest.fixture(name="model", scope="module")
def _model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(name="adapter", scope="module")
def _adapter(model: Path) -> Path:
    return tiny_adapter(model.parent / "house-style", model)


def mind(model: Path, **fields: object) -> HfMind:
    return HfMind(LocalSettings.model_validate({"model": str(model), "max_tokens": 40, "constrain": "none"} | fields))


async def test_the_first_answer_is_greedy_and_the_others_are_drawn_by_their_number(model: Path) -> None:
    one = mind(model)
    first, second = await one.reply(PROMPT, sample=0), await one.reply(PROMPT, sample=1)
    assert (await one.reply(PROMPT, sample=0)).text == first.text
    assert (await one.reply(PROMPT, sample=1)).text == second.text != first.text
    assert first.tokens_out == 40
    assert first.cut
    assert first.tokens_in == len("<|system\nYou mend code.<|user\nfn main() {<|assistant\n".replace("<|", "#")) + 2
    assert one.name == "hf:tiny"


async def test_held_to_the_form_even_noise_is_the_beginning_of_an_answer(model: Path) -> None:
    held = mind(model, constrain="schema", max_tokens=3000)
    reply = await held.reply(PROMPT, sample=1)
    if reply.cut:
        assert reply.text.startswith(('{"cause":"', '{"cause": "', '{"abstain":"', '{"abstain": "'))
    else:
        parse_answer(reply.text)


def test_thoughts_are_free_and_the_form_holds_from_their_end_on(model: Path) -> None:
    tokenizer = load_tokenizer(model)
    grammar = Grammar(tokenizer, 264, decoder_schema())
    held = Held(grammar.matcher(), 1, [256], tokenizer, thinking=True)

    def allowed(text: str) -> str:
        ids = torch.tensor([[65, *tokenizer(text)["input_ids"]]])
        left = torch.isfinite(held(ids, torch.zeros(1, 264)))[0].nonzero().flatten().tolist()
        return "anything" if len(left) == 264 else tokenizer.decode(left)

    assert allowed("hm") == allowed("hm }") == "anything"
    assert allowed("hm }</think>") == "{"
    assert allowed("hm }</think>{") == '"'
    assert allowed('hm }</think>{"') in ("ac", "ca")
    for at in range(1, len(ABSTAINED) - 1):
        allowed(f'hm }}</think>{{"{ABSTAINED[:at]}')
    assert allowed('hm }</think>{"' + ABSTAINED) == "<|end|>"


ABSTAINED = 'abstain":"no"}'


async def test_what_is_late_or_not_wanted_any_more_ends(model: Path) -> None:
    slow = mind(model, max_tokens=8000, seconds=0.2)
    with pytest.raises(MindError, match=r"hf:tiny did not answer within 0\.2 s"):
        await slow.reply(PROMPT, sample=0)
    long = mind(model, max_tokens=16_000, seconds=600)
    asked = asyncio.ensure_future(long.reply(PROMPT, sample=0))
    await long.use_adapter(None)  # the model is loaded, and the thread goes on to the question
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    async with asyncio.timeout(60):
        await long.use_adapter(None)  # the thread is free again, long before 16 000 tokens


async def test_a_prompt_without_room_is_said(model: Path) -> None:
    with pytest.raises(MindError, match="tokens"):
        await mind(model).reply(Prompt("", "x" * 17_000), sample=0)


async def test_adapters_come_and_go_while_it_runs(model: Path, adapter: Path) -> None:
    other = tiny_adapter(model.parent / "other-style", model, seed=2)
    one = mind(model)
    plain = (await one.reply(PROMPT, sample=1)).text
    told = {}
    for path in (adapter, other, adapter):
        await one.use_adapter(path)
        assert one.name == f"hf:tiny+{path.name}"
        text = (await one.reply(PROMPT, sample=1)).text
        assert told.setdefault(path, text) == text
    assert len({plain, *told.values()}) == 3
    await one.use_adapter(None)
    assert (await one.reply(PROMPT, sample=1)).text == plain
    assert (await mind(model, adapter=str(adapter)).reply(PROMPT, sample=1)).text == told[adapter]


async def test_an_adapter_of_another_model_is_refused_and_the_one_before_stays(model: Path, adapter: Path) -> None:
    wide = tiny_model(model.parent / "wide", width=64)
    foreign = tiny_adapter(model.parent / "foreign", wide)
    one = mind(model, adapter=str(adapter))
    before = (await one.reply(PROMPT, sample=0)).text
    with pytest.raises(MindError, match=r"foreign does not fit: \S+ is \d+ wide in the model, \d+ in the adapter"):
        await one.use_adapter(foreign)
    assert one.name == "hf:tiny+house-style"
    assert (await one.reply(PROMPT, sample=0)).text == before
    with pytest.raises(MindError, match="does not fit"):
        await mind(model, adapter=str(foreign)).reply(PROMPT, sample=0)


async def test_a_merged_model_says_what_the_adapted_one_said(model: Path, adapter: Path) -> None:
    merge(model, adapter, model.parent / "merged")
    adapted, merged = mind(model, adapter=str(adapter)), mind(model.parent / "merged")
    assert (await merged.reply(PROMPT, sample=0)).text == (await adapted.reply(PROMPT, sample=0)).text


async def test_without_a_chat_template_there_are_headings(model: Path) -> None:
    bare = tiny_model(model.parent / "bare", template=None)
    reply = await mind(bare).reply(PROMPT, sample=0)
    assert reply.tokens_in == len("### System\nYou mend code.\n\n### User\nfn main() {\n\n### Assistant\n")


@pytest.mark.parametrize(
    ("fields", "line"),
    [({"model": "/nowhere"}, "the model /nowhere is not there"), ({"adapter": "/nowhere"}, "adapter /nowhere is not")],
)
def test_a_folder_that_is_not_there_is_said_before_anything_is_loaded(
    model: Path, fields: dict[str, str], line: str
) -> None:
    with pytest.raises(MindError, match=line):
        HfMind(LocalSettings.model_validate({"model": str(model), **fields}))


async def test_a_folder_with_another_thing_in_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(MindError, match="no tokenizer that can be read"):
        await mind(tmp_path).reply(PROMPT, sample=0)
