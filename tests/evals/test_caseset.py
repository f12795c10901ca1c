"""Case sets: what is read, what is refused, and what their hash depends on."""

import json

import pytest

from engine.errors import RecordError, UnknownVersionError
from engine.evals.caseset import join, load_cases


def test_a_folder_of_cases_one_case_and_lines_are_the_same_set(shelf, tmp_path):
    one = shelf.put("one", checks={"tests/t.rs": shelf.check}, after={"src/lib.rs": shelf.sound})
    found = load_cases(one).cases[0]
    line = found.case.model_dump(mode="json") | {
        part: {path: content.decode() for path, content in getattr(found, part).items()}
        for part in ("before", "checks", "after")
    }
    lines = tmp_path / "cases.jsonl"
    lines.write_text(json.dumps(line) + "\n\n")
    assert load_cases(lines).digest == load_cases(one).digest == shelf.load().digest
    assert found.lines == 4


def test_the_hash_knows_every_byte_that_matters_and_no_order(shelf, tmp_path):
    shelf.put("a", checks={"tests/t.rs": shelf.check})
    shelf.put("b")
    first = shelf.load().digest
    (shelf.root / "a" / "checks" / "tests" / "t.rs").write_text(shelf.check + "\n")
    second = shelf.load().digest
    shelf.put("b", rubric={"must_name": ["sum"]})
    third = shelf.load().digest
    assert len({first, second, third}) == 3
    halves = [load_cases(shelf.root / name) for name in ("b", "a")]
    assert join("both", halves).digest == third


def test_a_single_file_becomes_a_package(shelf):
    for name, text in (("program", "fn main() {}\n"), ("library", "pub fn one() {}\n")):
        folder = shelf.put(name)
        for file in ("Cargo.toml", "src/lib.rs"):
            (folder / "before" / file).unlink()
        (folder / "before" / "single.rs").write_text(text)
    library, program = shelf.load().cases
    assert b"[lib]" in library.before["Cargo.toml"]
    assert b"[[bin]]" in program.before["Cargo.toml"]


def test_what_lies_inside_a_case_is_no_case(shelf):
    shelf.put("outer", more={"fixtures/case.yaml": "id: inner\n"})
    assert [found.case.id for found in shelf.load().cases] == ["outer"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expect": "applause"}, "expect"),
        ({"family": None}, "family"),
    ],
)
def test_a_broken_head_is_named(shelf, change, said):
    shelf.put("odd", **change)
    with pytest.raises(RecordError, match=said):
        shelf.load()


def test_a_case_of_another_version_is_refused(shelf):
    shelf.put("new", v=2)
    with pytest.raises(UnknownVersionError):
        shelf.load()


def test_the_same_id_twice_no_case_and_no_folder_are_refused(shelf, tmp_path):
    shelf.put("one")
    shelf.put("two", id="one")
    with pytest.raises(RecordError, match="two cases are called one"):
        shelf.load()
    with pytest.raises(RecordError, match="holds no case"):
        load_cases(shelf.root / "one" / "before")
    with pytest.raises(RecordError, match="no cases at"):
        load_cases(tmp_path / "nowhere")


def test_a_path_that_leads_out_is_refused(tmp_path):
    line = {
        **dict.fromkeys(("id", "family", "license"), "x"),
        "expect": "fixed",
        "provenance": {"source": "test"},
        "before": {"Cargo.toml": "", "../../etc/passwd": "x"},
    }
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(line))
    with pytest.raises(RecordError, match="no path inside a package"):
        load_cases(file)


def test_a_sample_is_the_same_for_the_same_seed(shelf):
    for number in range(12):
        shelf.put(f"case-{number:02}")
    cases = shelf.load()
    drawn = cases.sample(5, seed=3)
    assert drawn == cases.sample(5, seed=3) != cases.sample(5, seed=4)
    assert len(cases.sample(99, seed=3).cases) == 12
