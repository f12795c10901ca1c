"""Small goldens, sealed, and a store in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evals.caseset import CaseFiles, CaseSet
from engine.evals.sealed import Sealed, make_seal
from engine.sandbox.jail import find_isolation
from engine.schema.case import Case, Expectation
from engine.schema.provenance import Provenance
from engine.store.store import Store

GOLDEN = b"pub fn total(prices: &[u32]) -> u32 {\n    let sum: u32 = prices.iter().sum();\n    return sum;\n}\n"
MISSPELT = GOLDEN.replace(b"return sum", b"return sun")
UNFIXABLE = b"pub fn total(prices: &[u32]) -> u32 {\n    prices.iter().turn_into_gold()\n}\n"
MANIFEST = b'[package]\nname = "till"\nversion = "0.1.0"\nedition = "2021"\n'
CHECK = b"#[test]\nfn adds() {\n    assert_eq!(till::total(&[1, 2]), 3);\n}\n"
FREE = "MIT OR Apache-2.0"


def golden(name: str, lib: bytes = MISSPELT) -> CaseFiles:
    head = Case(
        id=name,
        family="names",
        expect=Expectation.FIXED,
        license=FREE,
        provenance=Provenance(source="test", license=FREE, spdx=("MIT", "Apache-2.0"), attribution="nobody"),
        tags=("E0425", "golden"),
    )
    return CaseFiles(
        head, {"Cargo.toml": MANIFEST, "src/lib.rs": lib}, {"tests/adds.rs": CHECK}, {"src/lib.rs": GOLDEN}
    )


def goldens(*names: str) -> CaseSet:
    return CaseSet("golden", tuple(golden(name) for name in sorted(names)))


def sealing(cases: CaseSet) -> Sealed:
    return Sealed([make_seal("test", cases)])


@pytest.fixture(scope="session")
def jailed() -> None:
    """Skips where foreign code cannot be locked in."""
    if find_isolation().kind != "bubblewrap":
        pytest.skip(f"no bubblewrap: {find_isolation().detail}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open() as opened:
        yield opened
