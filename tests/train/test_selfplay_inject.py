"""Injected faults really fail, come again with the same seed, and leave the crate as it was."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from engine.errors import PatchError, RepositoryError
from engine.sandbox.jail import find_isolation
from engine.train.selfplay.case import case_of
from engine.train.selfplay.fault import Fault, broken_files
from engine.train.selfplay.inject import inject
from engine.train.selfplay.operators import chosen_operators

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_isolation().kind == "none", reason="no jail here: bubblewrap is not installed"),
]
LIBRARY = """\
use std::fmt;

/// A distance in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    metres: u32,
}

impl Distance {
    pub fn new(metres: u32) -> Self {
        Distance { metres }
    }

    pub fn is_far(&self) -> bool {
        self.metres > 1000
    }

    pub fn add(&mut self, other: &Distance) {
        self.metres += other.metres;
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} m", self.metres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_begins_beyond_a_kilometre() {
        let mut way = Distance::new(1000);
        assert!(!way.is_far());
        way.add(&Distance::new(1));
        assert!(way.is_far());
        assert_eq!(way.to_string(), "1001 m");
    }
}
"""


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    folder = tmp_path / "distance"
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "distance"\nversion = "0.3.1"\nedition = "2021"\nlicense = "MIT"\n'
    )
    (folder / "src" / "lib.rs").write_text(LIBRARY)
    return folder


def cargo_test(crate: Path, fault: Fault, place: Path) -> subprocess.CompletedProcess[str]:
    """`cargo test` of the crate with the fault in it, by hand."""
    for path, content in broken_files(fault.edits, lambda path: (crate / path).read_bytes()).items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    (place / "Cargo.toml").write_bytes((crate / "Cargo.toml").read_bytes())
    return subprocess.run(["cargo", "test", "--offline"], cwd=place, capture_output=True, text=True, check=False)


def test_kept_faults_really_fail_where_the_record_says(crate: Path, tmp_path: Path) -> None:
    operators = chosen_operators(["hide_item", "share_self", "misspell_use", "move_bound"])
    faults = list(inject(crate, seed=3, operators=operators, count=4, scratch=tmp_path / "scratch"))
    assert {fault.operators[0] for fault in faults} >= {"share_self", "misspell_use", "move_bound"}
    for fault in faults:
        done = cargo_test(crate, fault, tmp_path / fault.id)
        assert done.returncode != 0
        if fault.shows == "compiler":
            assert all(f"error[{code}]" in done.stderr for code in fault.codes if code != "error")
        else:
            assert fault.red == ("distance src/lib.rs::tests::far_begins_beyond_a_kilometre",)
            assert "test result: FAILED" in done.stdout
    assert (crate / "src" / "lib.rs").read_text() == LIBRARY
    assert sorted(path.name for path in crate.iterdir()) == ["Cargo.toml", "src"]


def test_the_same_seed_gives_the_same_faults_and_another_seed_others(crate: Path, tmp_path: Path) -> None:
    operators = chosen_operators(["delimiters", "names"])

    def drawn(seed: int) -> list[Fault]:
        return list(inject(crate, seed=seed, operators=operators, count=3, scratch=tmp_path / "scratch"))

    first = drawn(7)
    assert drawn(7) == first
    assert drawn(8) != first
    assert len({fault.id for fault in first}) == 3


def test_double_faults_fail_together_and_do_not_touch(crate: Path, tmp_path: Path) -> None:
    operators = chosen_operators(["misspell_field", "misspell_use", "share_self", "shift_number"])
    (fault,) = inject(crate, seed=1, operators=operators, count=1, faults=2, scratch=tmp_path / "scratch")
    one, two = fault.edits
    assert fault.operators[0] != fault.operators[1]
    assert one.byte_end < two.byte_start
    assert cargo_test(crate, fault, tmp_path / fault.id).returncode != 0


def test_a_fault_survives_json_and_carries_its_provenance(crate: Path, tmp_path: Path) -> None:
    operators = chosen_operators(["misspell_use"])
    (fault,) = inject(crate, seed=1, operators=operators, count=1, scratch=tmp_path / "scratch")
    assert Fault.read(json.loads(fault.model_dump_json())) == fault
    assert (fault.provenance.crate, fault.provenance.version, fault.provenance.license) == ("distance", "0.3.1", "MIT")
    assert (fault.edits[0].path, fault.edits[0].before, fault.edits[0].after) == ("src/lib.rs", "fmt", "fmtt")
    assert fault.provenance.transform == "misspell_use"


def test_a_fault_is_a_case_whose_answer_is_the_sound_file(crate: Path, tmp_path: Path) -> None:
    operators = chosen_operators(["misspell_use"])
    (fault,) = inject(crate, seed=1, operators=operators, count=1, scratch=tmp_path / "scratch")
    case = case_of(fault, crate)
    assert case.before is not None
    assert case.before["src/lib.rs"] == LIBRARY.replace("use std::fmt;", "use std::fmtt;")
    assert set(case.before) == {"Cargo.toml", "src/lib.rs"}
    assert case.after == {"src/lib.rs": LIBRARY}
    assert (case.license, case.family) == ("MIT", "imports")


def test_a_fault_does_not_fit_another_version_of_its_crate(crate: Path, tmp_path: Path) -> None:
    operators = chosen_operators(["misspell_use"])
    (fault,) = inject(crate, seed=1, operators=operators, count=1, scratch=tmp_path / "scratch")
    with pytest.raises(PatchError):
        broken_files(fault.edits, lambda _: b"// something else\n")


def test_a_warm_scratch_folder_does_not_pass_a_mutant_off_as_the_crate(crate: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    operators = chosen_operators(["move_bound"])
    os.utime(crate / "src" / "lib.rs", (1, 1))  # older than any build, as published crates are
    first = list(inject(crate, seed=1, operators=operators, count=1, scratch=scratch))
    assert list(inject(crate, seed=1, operators=operators, count=1, scratch=scratch)) == first


def test_a_crate_that_is_red_to_begin_with_is_refused(crate: Path, tmp_path: Path) -> None:
    (crate / "src" / "lib.rs").write_text(LIBRARY.replace("new(1000)", "new(1001)"))
    with pytest.raises(RepositoryError, match="far_begins_beyond_a_kilometre is red"):
        list(inject(crate, seed=1, count=1, scratch=tmp_path / "scratch"))
