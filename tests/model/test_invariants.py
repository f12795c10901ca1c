import shutil
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")

from engine.model.configuration import END, MIDDLE, SUFFIX, ModelConfig  # noqa: E402
from engine.model.generation import fill, generate, hole  # noqa: E402
from engine.model.transformer import ByteModel, new_model  # noqa: E402

GRAIN = ModelConfig(layers=2, width=32, heads=4, kv_heads=2, context=32, window=6, hidden=48, global_every=2)


@pytest.fixture(name="model")
def _model() -> ByteModel:
    torch.set_num_threads(1)
    model = new_model(GRAIN, seed=3)
    with torch.no_grad():  # heads begin at zero: let them say something
        model.lm.weight.normal_(generator=torch.Generator().manual_seed(1))
    return model


def test_a_model_that_was_built_without_memory_is_the_one_that_was_built_with_it() -> None:
    drawn = new_model(GRAIN, seed=5)
    built = ByteModel(GRAIN).materialise("cpu", 5)
    assert all(weight.device.type == "cpu" for weight in drawn.state_dict().values())
    for name, weight in built.state_dict().items():
        assert torch.equal(weight, drawn.state_dict()[name]), name
    symbols = torch.randint(256, (2, 20))
    assert torch.equal(built(symbols).lm, drawn(symbols).lm)


@pytest.mark.skipif(shutil.which("c++") is None, reason="torch.compile needs a C++ compiler")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_a_compiled_model_says_what_the_eager_one_says() -> None:
    model = new_model(replace(GRAIN, layers=1), seed=3).requires_grad_(False)
    for head in (model.lm, model.action, model.green):
        head.weight.normal_(generator=torch.Generator().manual_seed(1))
    symbols, documents = torch.randint(256, (2, 32)), torch.tensor([[1] * 20 + [2] * 12, [1] * 32])
    eager, compiled = model(symbols, documents), torch.compile(model)(symbols, documents)
    for head in ("lm", "action", "green"):
        torch.testing.assert_close(getattr(compiled, head), getattr(eager, head), atol=1e-4, rtol=1e-4)


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
