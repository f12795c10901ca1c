import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")

from math import log  # noqa: E402

from engine.model.configuration import BEGIN, END  # noqa: E402
from engine.model.generation import beam, hole  # noqa: E402
from engine.model.scoring import bits_after, bits_of, read_ends  # noqa: E402
from engine.model.transformer import ByteModel  # noqa: E402

from .conftest import GRAIN  # noqa: E402


@pytest.fixture(name="model")
def _model(model: ByteModel) -> ByteModel:
    return model.requires_grad_(False)


def slowly(model: ByteModel, prefix: list[int], rest: bytes) -> float:
    """Bits of ``rest``, from one pass over all of it."""
    symbols = torch.tensor([[*prefix, *rest]])
    shares = model(symbols).lm[0, len(prefix) - 1 : -1].log_softmax(-1)
    return -float(shares.gather(-1, symbols[0, len(prefix) :, None]).sum()) / log(2)


def test_rests_read_together_cost_what_each_costs_alone(model: ByteModel) -> None:
    prefix = [BEGIN, *b"fn main() "]
    rests = [b"{}", b"{ let x = 1; }", b"", b"x"]
    expected = [slowly(model, prefix, rest) for rest in rests]
    assert bits_after(model, prefix, rests) == pytest.approx(expected, rel=1e-4)
    assert expected[2] == 0


def test_reading_ends_when_it_is_told_to(model: ByteModel) -> None:
    assert bits_after(model, [BEGIN], [b"a", b"b"], lambda: False) == [None, None]
    assert read_ends(model, [b"a"], lambda: False) == [None]
    assert beam(model, [BEGIN], 8, 2, lambda: False) == []


def test_heads_speak_of_the_end_of_each_text_whatever_stands_beside_it(model: ByteModel) -> None:
    texts = [b"short", b"a much longer one", b"mid size"]
    for text, found in zip(texts, read_ends(model, texts), strict=True):
        alone = model(torch.tensor([list(text)]))
        assert found.green == pytest.approx(float(alone.green[0, -1]), abs=1e-4)
        assert sum(found.actions) == pytest.approx(1)


def test_windows_that_overlap_count_every_symbol_once(model: ByteModel) -> None:
    text = [BEGIN, *bytes(range(65, 91)) * 4]
    short = text[: GRAIN.context]
    assert bits_of(model, short, stride=8) == pytest.approx(slowly(model, short[:1], bytes(short[1:])), rel=1e-4)
    with torch.no_grad():
        model.lm.weight.zero_()  # every symbol costs the same
    assert bits_of(model, text, stride=8) == pytest.approx((len(text) - 1) * log(320) / log(2), rel=1e-4)


def test_a_beam_of_one_that_sees_all_is_exhaustive_search(model: ByteModel) -> None:
    """With as many beams as there are bytes, the likeliest text of one byte is found among all."""
    prompt = hole(b"fn main() {", b"}")
    found = beam(model, prompt, 1, 100)

    def cost(text: bytes) -> float:
        symbols = torch.tensor([[*prompt, *text, END]])
        logits = model(symbols).lm[0, len(prompt) - 1 : -1]
        logits[:, END + 1 :] = logits[:, END - 2 : END] = -torch.inf
        return float(logits.log_softmax(-1).gather(-1, symbols[0, len(prompt) :, None]).sum())

    every = sorted([b"", *(bytes([one]) for one in range(256))], key=cost, reverse=True)
    assert found[0].text == every[0]
    assert found[0].log_probability == pytest.approx(cost(every[0]), abs=1e-3)
    assert all(len(one.text) <= 1 for one in found)
    assert [one.log_probability for one in found] == sorted((one.log_probability for one in found), reverse=True)
