"""Temperature scaling of the Confidence head (Guo et al. 2017), and how far what it says is from what happens.

The temperature is fitted on repositories that were not trained on, and its effect measured on others again. It stands
in the checkpoint's manifest, and the whole account in `calibration.json` beside the weights.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.model.manifest import MANIFEST, read_manifest
from engine.model.scoring import read_ends
from engine.model.stored import load_model
from engine.train.packing import Text

FILE = "calibration.json"
ENOUGH = 2000  # outcomes that a gate may rest on
_BINS, _LEAST_A_BIN = 15, 20
_TEMPERATURES = np.geomspace(0.1, 20.0, 400)


def calibrate(checkpoint: Path, fit: Sequence[Text], measured: Sequence[Text], told: dict[str, Any]) -> dict[str, Any]:
    """Fits the temperature of a checkpoint on ``fit``, measures on ``measured``, and writes both down with ``told``.

    Raises `TrainingError` when the checkpoint is damaged.
    """
    model = load_model(checkpoint)
    odds, green = _read(model, fit)
    temperature = fitted(odds, green)
    account: dict[str, Any] = {**told, "temperature": round(temperature, 4), "fitted_on": _size(green)}
    odds, green = _read(model, measured)
    account["measured_on"] = _size(green)
    account["bins"] = bins_of(len(green))
    account["enough"] = len(green) >= ENOUGH
    for name, scale in (("before", 1.0), ("after", temperature)):
        said = 1 / (1 + np.exp(-odds / scale))
        account[f"ece_{name}"] = round(ece(said, green), 4)
        account[f"nats_{name}"] = round(nats(odds / scale, green), 4)
    _put(checkpoint / FILE, account)
    _put(checkpoint / MANIFEST, read_manifest(checkpoint, only=()) | {"temperature": account["temperature"]})
    return account


def fitted(odds: NDArray[np.float64], green: NDArray[np.float64]) -> float:
    """The temperature at which log-odds are least surprised by what happened."""
    return float(min(_TEMPERATURES, key=lambda one: nats(odds / one, green)))


def nats(odds: NDArray[np.float64], green: NDArray[np.float64]) -> float:
    """Mean surprise in nats of log-odds."""
    return float(np.mean(np.logaddexp(0.0, np.where(green > 0, -odds, odds))))


def ece(said: NDArray[np.float64], green: NDArray[np.float64]) -> float:
    """Expected calibration error (0 to 1) in bins of equally many, as `rusta eval` counts it."""
    order = np.argsort(said, kind="stable")
    parts = zip(*(np.array_split(one[order], bins_of(len(said))) for one in (said, green)), strict=True)
    return float(sum(abs(one.sum() - other.sum()) for one, other in parts) / len(said))


def bins_of(count: int) -> int:
    """How many bins so many outcomes are put into."""
    return max(1, min(_BINS, count // _LEAST_A_BIN))


def _read(model: Any, texts: Sequence[Text]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ends = read_ends(model, [text.symbols for text in texts])
    return np.array([end.green for end in ends if end]), np.array([float(text.green) for text in texts])


def _size(green: NDArray[np.float64]) -> dict[str, int]:
    return {"of": len(green), "green": int(green.sum())}


def _put(file: Path, content: dict[str, Any]) -> None:
    new = file.with_name(f".new-{file.name}")
    new.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    new.replace(file)
