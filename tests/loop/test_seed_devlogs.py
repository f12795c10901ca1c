"""The seed DevLogs: real sessions, told by hand. What they claim can be done again."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.loop.devlog_file import export_to, import_from, read_file, write_file
from engine.loop.devlog_format import from_markdown
from engine.practice import make_practice
from engine.resources import shipped
from engine.rust.docs import Docs
from engine.rust.toolchain import find_toolchain
from engine.sandbox.patches import apply_edits
from engine.schema.devlog import DevLog, Outcome
from engine.schema.patch import Patch
from engine.store.store import Store

CRATES = Path(__file__).parent / "seeds"
FILES = sorted(shipped("devlogs").glob("*.md"))
SEEDS = {file.stem: from_markdown(file.read_text(encoding="utf-8")) for file in FILES}
WITH_A_PATCH = [seed for seed in SEEDS.values() if any(entry.patch for entry in seed.entries)]
# Who it was done on may be read; where on somebody's disk it lay may not.
A_PLACE = re.compile(r"(?<![\w.])/(?:tmp|home|root|work|Users)/")


def patches(seed: DevLog) -> list[Patch]:
    return [entry.patch for entry in seed.entries if entry.patch]


def source_of(seed: DevLog, folder: Path) -> Path:
    """The repository as the session found it."""
    if seed.repository == "practice":
        return make_practice(folder)
    shutil.copytree(CRATES / seed.repository, folder)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def apply(patch: Patch, root: Path) -> None:
    for path in patch.paths:
        file = root / path
        file.write_bytes(apply_edits(file.read_bytes(), [edit for edit in patch.edits if edit.path == path]))


def package_of(seed: DevLog) -> str:
    where = next(entry.where for entry in seed.entries)
    return where.split("/")[1] if where.startswith("crates/") else seed.repository


def cargo(root: Path, target: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"}
    return subprocess.run(["cargo", *words], cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_there_are_ten_on_many_errors_and_not_all_went_well() -> None:
    assert len(SEEDS) == 10
    assert all(seed.id == name for name, seed in SEEDS.items())
    assert len({entry.code for seed in SEEDS.values() for entry in seed.entries}) >= 8
    ends = [seed.outcome for seed in SEEDS.values()]
    assert ends.count(Outcome.ABSTAINED) >= 1
    assert ends.count(Outcome.UNDONE) >= 1
    assert ends.count(Outcome.FIXED) >= 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_written_as_it_would_be_exported_and_names_no_place(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert write_file(read_file(text)) == text
    assert not A_PLACE.search(text)


def test_they_are_imported_and_exported_without_a_loss(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'rusta.db'}") as store:
        assert import_from(store, shipped("devlogs")) == [(name, True) for name in SEEDS]
        for file in FILES:
            assert store.devlog(file.stem) == SEEDS[file.stem]
            assert export_to(store, file.stem, tmp_path / "out").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_what_she_worked_on_is_told_in_her_own_words(seed: DevLog) -> None:
    for entry in seed.entries:
        assert entry.reflection
        if entry.outcome is not Outcome.CLEAN:
            assert entry.intent
            assert entry.explanation
            assert not entry.explanation.startswith(entry.message)
            assert entry.probes
    assert re.search(r"\b(I|my|My|me)\b", " ".join(entry.reflection for entry in seed.entries))


@pytest.mark.parametrize("seed", WITH_A_PATCH, ids=lambda seed: seed.id)
def test_its_patches_apply_byte_for_byte_and_go_back(seed: DevLog, tmp_path: Path) -> None:
    root = source_of(seed, tmp_path / "repository")
    by_git = source_of(seed, tmp_path / "by-git")
    for patch in patches(seed):
        before = {image.path: hash_of(root / image.path) for image in patch.files}
        assert before == {image.path: image.before for image in patch.files}
        apply(patch, root)
        after = {image.path: hash_of(root / image.path) for image in patch.files}
        assert after == {image.path: image.after for image in patch.files}
        subprocess.run(["git", "apply", "-"], cwd=by_git, input=patch.diff, text=True, check=True)
        assert after == {image.path: hash_of(by_git / image.path) for image in patch.files}
    for patch in reversed(patches(seed)):
        apply(patch.model_copy(update={"edits": patch.inverse}), root)
        assert {image.path: hash_of(root / image.path) for image in patch.files} == {
            image.path: image.before for image in patch.files
        }


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_what_it_cites_is_in_the_installed_documentation(seed: DevLog) -> None:
    docs = Docs(find_toolchain(Path.cwd()).docs)
    if docs.html_root is None:
        pytest.skip("rust-docs is not installed: nothing to look citations up in")
    cited = [page for entry in seed.entries for page in entry.citations]
    assert cited
    assert [page for page in cited if not docs.resolve(page)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_the_compiler_still_says_so_and_the_patches_still_end_as_told(seed: DevLog, tmp_path: Path) -> None:
    root, package = source_of(seed, tmp_path / "repository"), package_of(seed)
    found = cargo(root, tmp_path / "target", "check", "-p", package, "--message-format=json").stdout.splitlines()
    messages = [json.loads(line).get("message", {}) for line in found]
    codes = {(message.get("code") or {}).get("code") for message in messages if isinstance(message, dict)}
    # Older toolchains say E0412 where newer ones say E0425.
    assert seed.entries[0].code in {"E0425" if code == "E0412" else code for code in codes}
    if not patches(seed):
        return
    for patch in patches(seed):
        apply(patch, root)
    done = cargo(root, tmp_path / "target", "test", "-p", package)
    passed = [entry.validation[-1].passed for entry in seed.entries if entry.validation][-1]
    assert (done.returncode == 0) is passed, done.stdout + done.stderr


@pytest.mark.slow
def test_the_turnstile_really_counted_nobody(tmp_path: Path) -> None:
    """The one that was undone: its tests were green, and it was wrong all the same."""
    seed = SEEDS["seed-08-a-turnstile-that-counts-nobody"]
    root = source_of(seed, tmp_path / "repository")
    for patch in patches(seed):
        apply(patch, root)
    library = root / "src" / "lib.rs"
    library.write_text(library.read_text().replace("assert_eq!(day(0, 0), 0)", "assert_eq!(day(2, 3), 0)"))
    done = cargo(root, tmp_path / "target", "test")
    assert done.returncode == 0, done.stdout + done.stderr
