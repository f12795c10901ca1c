"""Small cases to run on, and a run of them without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.evals.caseset import CaseSet, load_cases
from engine.evals.harness import run_plan
from engine.evals.plan import Plan
from engine.evals.record import Run
from engine.loop.inbox import Inbox
from engine.sandbox.jail import find_isolation

MANIFEST = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n'
SOUND = "pub fn total(prices: &[u32]) -> u32 {\n    let sum = prices.iter().sum();\n    sum\n}\n"
MISSPELT = SOUND.replace("    sum\n", "    sun\n")
CHECK = "#[test]\nfn adds() {\n    assert_eq!(till::total(&[1, 2]), 3);\n}\n"

Files = Mapping[str, str]


@pytest.fixture(scope="session")
def jailed() -> None:
    """Skips where foreign code cannot be locked in."""
    if find_isolation().kind != "bubblewrap":
        pytest.skip(f"no bubblewrap: {find_isolation().detail}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


class Shelf:
    """A folder of cases."""

    sound, misspelt, check = SOUND, MISSPELT, CHECK

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(
        self,
        name: str,
        lib: str = MISSPELT,
        *,
        checks: Files | None = None,
        after: Files | None = None,
        more: Files | None = None,
        **head: Any,
    ) -> Path:
        """Writes a case; its package is called `till` whatever the case is called."""
        folder = self.root / name
        fields = {
            "v": 1,
            "id": name,
            "family": "names",
            "expect": "fixed",
            "license": "MIT",
            "provenance": {"v": 1, "source": "test"},
            **head,
        }
        parts = {
            "before": {"Cargo.toml": MANIFEST.format(name="till"), "src/lib.rs": lib, **(more or {})},
            "checks": checks or {},
            "after": after or {},
        }
        for part, files in parts.items():
            for path, text in files.items():
                file = folder / part / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        (folder / "case.yaml").write_text(yaml.safe_dump(fields))
        return folder

    def load(self) -> CaseSet:
        return load_cases(self.root)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "cases")


Runner = Callable[..., Any]


@pytest.fixture
def evaluate(home: Path, jailed: None) -> Runner:
    """Runs cases and returns the run."""

    async def run(cases: CaseSet, **terms: Any) -> Run:
        inbox = terms.pop("inbox", None) or Inbox()
        heard = terms.pop("heard", lambda *_: None)
        return await run_plan(Plan("test", cases, **terms), inbox, lambda *_: None, heard)

    return run
