"""The policy file: shipped defaults, partial files, one clear line on a wrong one."""

from pathlib import Path

import pytest

from engine.errors import PolicyError
from engine.loop.policy import Policy
from engine.resources import shipped


def test_the_shipped_policy_says_what_the_code_defaults_to() -> None:
    assert Policy.load(shipped("data", "policy.yaml")) == Policy()


def test_a_file_may_name_only_what_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("land: current\nprobes: {quick: {count: 1, seconds: 2}}\n")
    policy = Policy.load(file)
    assert policy.land == "current"
    assert policy.probes.quick.count == 1
    assert policy.probes.deep == Policy().probes.deep


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("confidence: {apply_quick: 1.5}", "confidence.apply_quick"),
        ("proves: {}", "proves"),
        ("land: nowhere", "land"),
        ("- a list", "not a mapping"),
        ("land: [", "cannot be read"),
        ("allow: [everything]", "allow.0"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(text)
    with pytest.raises(PolicyError) as caught:
        Policy.load(file)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.fix


def test_the_mentors_own_policy_is_read_from_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path))
    (tmp_path / "policy.yaml").write_text("fetch: never\n")
    assert Policy.load().fetch == "never"
