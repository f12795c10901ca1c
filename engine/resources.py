"""Files that ship with the code: `data/` and `devlogs/`, beside the packages in a checkout, in `engine` in a wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder, such as ``shipped("data", "voice", "rusta.yaml")``.

    Raises `FileNotFoundError` when the installation lacks it.
    """
    for root in (_HERE / "shipped", _HERE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of Rusta")
