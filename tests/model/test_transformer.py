import shutil
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")

from engine.model.configuration import CONFIGS  # noqa: E402
from engine.model.transformer import ByteModel, new_model  # noqa: E402

from .conftest import GRAIN  # noqa: E402


def test_sizes_are_what_the_names_promise() -> None:
    bounds = {"nano": (1e6, 5e6), "small": (30e6, 60e6), "tiny": (100e6, 150e6), "base": (300e6, 600e6)}
    for name, (least, most) in bounds.items():
        with torch.device("meta"):
            model = ByteModel(CONFIGS[name])
        count = sum(one.numel() for one in model.parameters())
        assert count == CONFIGS[name].parameters()
        assert least <= count <= most


def test_the_same_seed_draws_the_same_weights() -> None:
    first, second = new_model(GRAIN, seed=5), new_model(GRAIN, seed=5)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


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
    model = new_model(replace(GRAIN, layers=1), seed=3).requires_grad_(False)  # one: compiling is what takes the time
    for head in (model.lm, model.action, model.green):
        head.weight.normal_(generator=torch.Generator().manual_seed(1))
    symbols, documents = torch.randint(256, (2, 32)), torch.tensor([[1] * 20 + [2] * 12, [1] * 32])
    eager, compiled = model(symbols, documents), torch.compile(model)(symbols, documents)
    for head in ("lm", "action", "green"):
        torch.testing.assert_close(getattr(compiled, head), getattr(eager, head), atol=1e-4, rtol=1e-4)


def test_packed_documents_read_as_they_would_alone(model: ByteModel) -> None:
    one, two = torch.randint(256, (1, 9)), torch.randint(256, (1, 13))
    packed = model(torch.cat((one, two), 1), torch.tensor([[1] * 9 + [2] * 13])).lm
    torch.testing.assert_close(packed[:, :9], model(one).lm, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(packed[:, 9:], model(two).lm, atol=1e-5, rtol=1e-5)


def test_nothing_leaks_between_documents_or_from_the_future(model: ByteModel) -> None:
    embedded = []
    hook = model.embedding.register_forward_hook(lambda _m, _i, out: embedded.append(out) or out.retain_grad())
    model(torch.randint(256, (1, 20)), torch.tensor([[1] * 8 + [2] * 12])).lm[0, 12].sum().backward()
    hook.remove()
    felt = embedded[0].grad[0].abs().sum(-1) > 0
    assert felt.tolist() == [False] * 8 + [True] * 5 + [False] * 7
