"""The cases keep their word: broken as their tags say, green with their answer, explained by facts of their code."""

from __future__ import annotations

import difflib
import json
import os
import queue
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from engine.evals.rubric import mark
from engine.resources import shipped
from engine.rust.guard import bought_by_deletion
from engine.schema.case import Case, Expectation

ROOT = Path(__file__).resolve().parents[2]
CURATED = sorted(path.parent for path in shipped("data", "cases").glob("*/case.yaml"))
FOLDERS = [*CURATED, *sorted(path.parent for path in (shipped("data") / "golden").glob("*/case.yaml"))]
BUILDS = 2

# What goes wrong most often in Rust, one line a class: any of its codes will do.
CLASSES = """
E0308; E0277; E0425; E0599; E0433; E0432; E0382; E0502; E0499; E0505; E0507; E0515; E0597; E0716; E0106; E0373;
E0282 E0283; E0369; E0004; E0061; E0063; E0046; E0053; E0384; E0596; E0594; E0412 E0405; E0603; E0616; E0609; E0560;
E0614; E0368; E0261; E0107; E0423; syntax; failing-test
"""

each_case = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")


def read_case(folder: Path) -> Case:
    return Case.read(yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8")))


def story(folder: Path) -> str:
    """What goes wrong in the case: the comment above its head."""
    return (folder / "case.yaml").read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def texts(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by path; none where there is no such folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "target" not in path.relative_to(folder).parts
    }


def phrases(facts: tuple[str, ...]) -> list[str]:
    return [phrase for fact in facts for phrase in fact.split(" | ")]


def edits_of(folder: Path) -> list[tuple[str, int, int, list[str]]]:
    """The answer as separate replacements of lines: file, first line, line after the last, new lines."""
    before, found = texts(folder / "before"), []
    for name, content in texts(folder / "after").items():
        old, new = (text.decode().splitlines(keepends=True) for text in (before.get(name, b""), content))
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for kind, start, end, new_start, new_end in matcher.get_opcodes():
            if kind != "equal" and name != "Cargo.lock":
                found.append((name, start, end, new[new_start:new_end]))
    return found


# What a case says of itself.


@each_case
def test_the_head_names_its_folder_its_origin_and_its_terms(folder: Path) -> None:
    case = read_case(folder)
    assert case.id == folder.name
    assert re.fullmatch(r"[a-z]+", case.family)
    assert case.license == case.provenance.license == "MIT OR Apache-2.0"
    assert set(case.provenance.spdx) == {"MIT", "Apache-2.0"}
    assert case.provenance.source
    assert case.provenance.attribution
    assert len(set(case.tags) & {"easy", "medium", "hard"}) == 1
    assert story(folder).endswith(".")


@each_case
def test_the_rubric_holds_an_explanation_to_facts_of_this_code(folder: Path) -> None:
    rubric = read_case(folder).rubric
    assert 2 <= len(rubric.must_name) <= 5
    assert 1 <= len(rubric.must_not_claim) <= 3
    named, claimed = phrases(rubric.must_name), phrases(rubric.must_not_claim)
    assert all(phrase.strip() == phrase and len(phrase) > 1 for phrase in [*named, *claimed])
    # One word alone claims nothing; and what names every fact in every way must get away without a false claim.
    assert [claim for claim in claimed if len(claim.split()) < 2 and "::" not in claim] == []
    everything = mark("\n".join(named), rubric)
    assert (everything.missed, everything.false_claims) == ((), ())
    assert mark("\n".join(claimed), rubric).false_claims == rubric.must_not_claim
    assert mark("", rubric).missed == rubric.must_name
    assert len({phrase.casefold() for phrase in named}) == len(named), "no phrase serves two facts"
    code = "\n".join(content.decode() for content in texts(folder / "before").values())
    grounded = [fact for fact in rubric.must_name if any(phrase in code for phrase in fact.split(" | "))]
    assert len(grounded) >= 2, "at least two facts name something that stands in the code"


@each_case
def test_an_answer_is_there_where_one_is_expected(folder: Path) -> None:
    case, before = read_case(folder), texts(folder / "before")
    answer, checks = texts(folder / "after"), texts(folder / "checks")
    assert "Cargo.toml" in before
    assert (case.expect is Expectation.ABSTAIN) == ("abstain" in case.tags)
    if case.expect is Expectation.ABSTAIN:
        assert not (folder / "after").exists()
        return
    assert checks, "hidden tests"
    assert not checks.keys() & before.keys(), "the checks come on top: nothing of hers is overwritten"
    assert "Cargo.lock" in before
    assert [name for name, content in answer.items() if before.get(name) == content] == []
    assert bool(edits_of(folder))
    assert ("multi-file" in case.tags) == (len({name for name, *_ in edits_of(folder)}) > 1)


@each_case
def test_the_answer_gives_nothing_away(folder: Path) -> None:
    answer = texts(folder / "after")
    before: Mapping[str, bytes | None] = texts(folder / "before")
    assert bought_by_deletion({name: before.get(name) for name in answer}, answer) == ()


def test_the_fifty_are_spread_as_real_mistakes_are() -> None:
    tagged = [read_case(folder).tags for folder in CURATED]
    missing = [
        names
        for names in CLASSES.replace("\n", " ").split(";")
        if not any(set(names.split()) & set(tags) for tags in tagged)
    ]
    assert missing == []
    assert any(tag.startswith("clippy::") for tags in tagged for tag in tags)
    assert len(tagged) >= 50
    counts = {
        kind: sum(kind in tags for tags in tagged) for kind in ("two-edits", "multi-file", "workspace", "abstain")
    }
    assert counts["two-edits"] >= 10
    assert min(counts["multi-file"], counts["workspace"], counts["abstain"]) >= 5


def test_the_page_lists_every_curated_case() -> None:
    page = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    rows = [
        f"| `{folder.name}` | {', '.join(read_case(folder).tags)} | {story(folder).removesuffix('.')} |"
        for folder in CURATED
    ]
    listed = [line for line in page.partition("## The list")[2].splitlines() if line.startswith("| `")]
    assert listed == rows, "the table of docs/cases.md should be:\n" + "\n".join(rows)


# What cargo says of it.


Said = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Build:
    """What cargo said of a package: codes of its errors or, without one, its lints and failed tests, all in words."""

    codes: frozenset[str]
    lints: frozenset[str]
    failed: frozenset[str]
    green: bool
    output: str


@dataclass(frozen=True)
class Findings:
    """A case as it was handed out, with its hidden tests, with its answer, and with all of its answer but one edit."""

    before: Build
    before_with_checks: Build
    after: Build | None
    without_one_edit: tuple[Build, ...]


def cargo(place: Path, target: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "CARGO_TARGET_DIR": str(target),
        "CARGO_NET_OFFLINE": "true",
        "CARGO_TERM_COLOR": "never",
        "CARGO_INCREMENTAL": "0",
        "CARGO_PROFILE_DEV_DEBUG": "0",
    }
    arguments = (command, "--workspace", "--offline", *arguments)
    return subprocess.run(["cargo", *arguments], cwd=place, env=environment, capture_output=True, text=True)


def compile_package(place: Path, target: Path) -> tuple[Said, str]:
    """Checks and lints a package, tests and all, in one run: levels and codes of what is said, and the words.

    The compiler says the same to clippy as to `cargo check`.
    """
    done = cargo(place, target, "clippy", "--tests", "--keep-going", "--message-format=json")
    said, words = set(), [done.stderr]
    for line in done.stdout.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-message":
            message = message["message"]
            words.append(message["rendered"])
            code = (message["code"] or {}).get("code")
            # What has neither code nor place only counts the others. Older toolchains say E0412 for E0425 of a type.
            if code or message["spans"]:
                said.add((message["level"], {None: "syntax", "E0412": "E0425"}.get(code, code)))
    if done.returncode != 0 and not said:
        said.add(("error", "cargo"))
    return frozenset(said), "\n".join(words)


def build(place: Path, target: Path) -> Build:
    """Compiles a package and, where that goes well, tests it."""
    said, words = compile_package(place, target)
    codes = frozenset(code for level, code in said if level == "error" and not code.startswith("clippy::"))
    if codes:
        return Build(codes, frozenset(), frozenset(), False, words)
    tests = cargo(place, target, "test", "--no-fail-fast", "--tests")
    return Build(
        codes=frozenset(),
        lints=frozenset(code for level, code in said if level in ("error", "warning")),
        failed=frozenset(re.findall(r"^test (\S+) \.\.\. FAILED", tests.stdout, re.MULTILINE)),
        green=tests.returncode == 0,
        output=words + tests.stdout + tests.stderr,
    )


def overlaid(place: Path, *folders: Path) -> Path:
    for folder in folders:
        if folder.is_dir():
            # With new times, or cargo would take what it built of another copy for this one's.
            shutil.copytree(
                folder,
                place,
                copy_function=shutil.copyfile,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("target"),
            )
    return place


def inspect(folder: Path, place: Path, target: Path) -> Findings:
    parts = [folder / name for name in ("before", "checks", "after")]
    before = build(overlaid(place / "before", parts[0]), target)
    # Checks only add tests, so what does not compile without them does not compile with them.
    checked = before if before.codes else build(overlaid(place / "checked", *parts[:2]), target)
    if not parts[2].is_dir():
        return Findings(before, checked, None, ())
    after = build(overlaid(place / "after", *parts), target)
    partial = []
    if "two-edits" in read_case(folder).tags:
        edits = edits_of(folder)
        for left_out in range(len(edits)):
            tree = overlaid(place / f"without-{left_out}", *parts[:2])
            for name, start, end, new in reversed(edits[:left_out] + edits[left_out + 1 :]):
                lines = (tree / name).read_text(encoding="utf-8").splitlines(keepends=True)
                (tree / name).write_text("".join([*lines[:start], *new, *lines[end:]]), encoding="utf-8")
            partial.append(build(tree, target))
    return Findings(before, checked, after, tuple(partial))


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Findings]]:
    """All cases that the chosen tests ask for, built side by side, each worker with a target directory of its own."""
    items = [
        item for item in request.session.items if isinstance(item, pytest.Function) and "found" in item.fixturenames
    ]
    folders = dict.fromkeys(item.callspec.params["folder"] for item in items if item.path == request.path)
    place = tmp_path_factory.mktemp("cases")
    targets: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for number in range(BUILDS):
        targets.put(place / f"target-{number}")

    def work(folder: Path) -> Findings:
        target = targets.get()
        try:
            return inspect(folder, place / folder.parent.name / folder.name, target)
        finally:
            targets.put(target)

    with ThreadPoolExecutor(BUILDS) as pool:
        jobs: dict[Path, Future[Findings]] = {folder: pool.submit(work, folder) for folder in folders}
        yield {folder: job.result() for folder, job in jobs.items()}


@pytest.mark.slow
@each_case
def test_it_is_broken_as_its_tags_say(folder: Path, found: dict[Path, Findings]) -> None:
    tags, before = read_case(folder).tags, found[folder].before
    said = {"E0425" if tag == "E0412" else tag for tag in tags if re.fullmatch(r"E\d{4}|syntax", tag)}
    assert before.codes == said, before.output
    assert before.lints == {tag for tag in tags if tag.startswith("clippy::")}, before.output
    assert before.failed == {tag.removeprefix("fails:") for tag in tags if tag.startswith("fails:")}, before.output
    assert bool(before.failed) == ("failing-test" in tags)
    assert not found[folder].before_with_checks.green


@pytest.mark.slow
@each_case
def test_its_answer_is_green_and_leaves_the_linter_nothing_to_say(folder: Path, found: dict[Path, Findings]) -> None:
    after = found[folder].after
    if after is None:
        assert read_case(folder).expect is Expectation.ABSTAIN
        return
    assert after.green, after.output
    assert after.lints == frozenset(), after.output


@pytest.mark.slow
@each_case
def test_where_two_edits_are_said_to_be_needed_they_are(folder: Path, found: dict[Path, Findings]) -> None:
    if "two-edits" in read_case(folder).tags:
        assert len(found[folder].without_one_edit) == 2
        assert [build.green for build in found[folder].without_one_edit] == [False, False]
