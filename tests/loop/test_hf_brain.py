"""A model on this machine that has learnt nothing, in the real loop: it costs time, and the default brain goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[hf]'")
for _name in ("transformers", "peft", "llguidance"):
    pytest.importorskip(_name, reason=f"{_name} is not installed: pip install 'rusta-tui[hf]'")

from engine.brain.minds.mind import MindError  # noqa: E402
from engine.schema.devlog import Outcome  # noqa: E402
from tests.tiny_causal import tiny_adapter, tiny_model  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
MISSING = "pub fn count() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n"


def settle(home: Path, **fields: object) -> None:
    home.mkdir(exist_ok=True)
    lines = "".join(f"  {name}: {value}\n" for name, value in fields.items())
    (home / "brains.yaml").write_text(f"hf:\n{lines}")


@pytest.mark.parametrize("constrain", ["schema", "none"])
async def test_noise_costs_time_and_never_a_commit(desk: Callable, tmp_path: Path, constrain: str) -> None:
    torch.set_num_threads(1)
    model = tiny_model(tmp_path / "tiny")
    adapter = tiny_adapter(tmp_path / "style", model)
    settle(tmp_path / "home", model=model, adapter=adapter, constrain=constrain, max_tokens=60, samples=2)
    subject = desk({"src/lib.rs": MISSING})
    log, mentor = await subject.fix(brain="hf")
    assert log.outcome is Outcome.FIXED, "the default brain goes on"
    fixed = subject.git("show", f"{log.branch}:src/lib.rs")
    assert fixed == f"use std::collections::HashMap;\n\n{MISSING}".strip()
    said = [event.text for event in mentor.of("say")]
    assert any(line.startswith(("the model's answer", "the model abstains")) for line in said), said
    spent = {event.name: event.value for event in mentor.of("meter")}
    assert 0 < spent["tokens out"] <= 120
    assert spent["tokens in"] > 100


async def test_an_adapter_that_is_not_there_ends_it_before_it_begins(desk: Callable, tmp_path: Path) -> None:
    settle(tmp_path / "home", model=tiny_model(tmp_path / "tiny"), adapter=tmp_path / "nowhere")
    with pytest.raises(MindError, match="nowhere is not there"):
        await desk({"src/lib.rs": MISSING}).fix(brain="hf")
