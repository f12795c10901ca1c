import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")

from engine.model.configuration import CONFIGS, ModelConfig  # noqa: E402
from engine.model.generation import generate, hole  # noqa: E402
from engine.model.transformer import ByteModel, new_model  # noqa: E402

GRAIN = ModelConfig(layers=3, width=32, heads=4, kv_heads=2, context=32, window=6, hidden=48, global_every=3)


@pytest.fixture(name="model")
def _model() -> ByteModel:
    torch.set_num_threads(1)
    model = new_model(GRAIN, seed=3)
    with torch.no_grad():  # heads begin at zero: let them say something
        model.lm.weight.normal_(generator=torch.Generator().manual_seed(1))
    return model


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


def test_writing_with_a_cache_is_writing_without(model: ByteModel) -> None:
    prompt = hole(b"fn main() {", b"}")
    for temperature in (0.0, 0.8):
        kept = generate(model, prompt, 24, temperature=temperature, seed=2)
        assert kept == generate(model, prompt, 24, temperature=temperature, seed=2, cached=False)
        assert kept
