"""The pages keep their word: links lead somewhere, settings and targets that they name exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from engine.loop.policy import Policy
from engine.resources import shipped

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []


def settings(policy: BaseModel, prefix: str = "") -> dict[str, Any]:
    """Every setting by its dotted name, with its value."""
    found: dict[str, Any] = {}
    for name, value in policy:
        if isinstance(value, BaseModel):
            found |= settings(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def shown(value: Any) -> str:
    """A default as the page writes it."""
    if value == ():
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def test_the_policy_page_names_every_setting_with_its_default() -> None:
    page = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([a-z_.]+)` \| (\S+) \|", page, re.MULTILINE))
    assert table == {name: shown(value) for name, value in settings(Policy()).items()}


def test_the_shipped_policy_is_the_default_policy() -> None:
    assert Policy.model_validate(yaml.safe_load(shipped("data", "policy.yaml").read_text())) == Policy()


def test_the_targets_that_pages_name_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        commands = re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(commands) <= targets, page.name
