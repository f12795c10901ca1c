import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")

from engine.model.configuration import END, MIDDLE, SUFFIX  # noqa: E402
from engine.model.generation import fill, generate, hole  # noqa: E402
from engine.model.transformer import ByteModel  # noqa: E402


def test_writing_with_a_cache_is_writing_without(model: ByteModel) -> None:
    prompt = hole(b"fn main() {", b"}")
    for temperature in (0.0, 0.8):
        kept = generate(model, prompt, 24, temperature=temperature, seed=2)
        assert kept == generate(model, prompt, 24, temperature=temperature, seed=2, cached=False)
        assert kept


def test_a_hole_is_filled_from_what_stands_on_both_of_its_sides(model: ByteModel) -> None:
    prompt = hole(b"let x = ", b";\n")
    assert bytes(one for one in prompt if one < 256) == b"let x = ;\n"
    assert prompt[-1] == MIDDLE
    assert fill(model, b"let x = ", b";\n", 12) == bytes(generate(model, prompt, 12))
    embedded = []
    hook = model.embedding.register_forward_hook(lambda _m, _i, out: embedded.append(out) or out.retain_grad())
    model(torch.tensor([prompt])).lm[0, -1].logsumexp(-1).backward()
    hook.remove()
    felt = embedded[0].grad[0].abs().sum(-1) > 0
    assert felt[: prompt.index(SUFFIX)].all()
    assert felt[prompt.index(SUFFIX) :].all()


def test_what_is_filled_in_ends_where_the_model_ends_it(model: ByteModel) -> None:
    with torch.no_grad():
        model.lm.weight.zero_()
        model.lm.weight[END] = model.trunk(torch.tensor([hole(b"a", b"b")]))[0, -1]
    assert fill(model, b"a", b"b", 12) == b""
