import os
import pickle
import subprocess
from pathlib import Path

import pytest

from engine.corpus.document import Document, Outcome, Source
from engine.corpus.licences.joined import LicenceStep
from engine.corpus.licences.texts import spdx_texts
from engine.corpus.sources.git import GitCheckout
from engine.corpus.sources.rfcs import Rfcs, read_rfc
from engine.corpus.sources.ui_tests import UiTests, changes, read_stderr
from engine.errors import CorpusError
from engine.schema.samples import CanonTeach, StyleGuide, read_sample


def commit(folder: Path, files: dict[str, str], day: str = "2020-05-04") -> Path:
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    settings |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
    settings |= {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, env=settings, check=True)
    return folder


_WHO = {"NAME": "Ada Example", "EMAIL": "ada@example.org"}
MIT = spdx_texts()[0]["MIT"]


def judged(source: Source, unit: str) -> list[Outcome]:
    origin, documents = source.read(unit)
    return list(LicenceStep().run(documents, {origin.id: origin}))


def kept(source: Source, unit: str) -> list[Document]:
    return [outcome.document for outcome in judged(source, unit) if outcome.document is not None]


WORKSPACE = {
    "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n[workspace.package]\nlicense = "MIT"\nedition = "2021"\n',
    "a/Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\nlicense.workspace = true\nedition.workspace = true\n',
    "a/src/lib.rs": "pub fn a() {}\n",
    "b/Cargo.toml": '[package]\nname = "b"\nversion = "0.1.0"\nlicense = "GPL-3.0-only"\n',
    "b/src/lib.rs": "pub fn b() {}\n",
    "tools/x.rs": "fn main() {}\n",
    "LICENSE": MIT,
    "README.md": "# two\n",
}


def test_every_package_of_a_checkout_has_its_own_licence(tmp_path: Path) -> None:
    source = GitCheckout(commit(tmp_path, WORKSPACE))
    assert source.units() == ("a", "b", "outside of packages")
    origin, documents = source.read("a")
    assert (origin.crate, origin.version, origin.declared, origin.manifest) == ("a", "1.0.0", "MIT", "a/Cargo.toml")
    assert origin.commit == source.settings()["commit"]
    found = list(documents)
    assert [document.path for document in found] == ["a/src/lib.rs"]
    assert found[0].notes == {"edition": "2021"}
    assert [document.path for document in kept(source, "a")] == ["a/src/lib.rs"]
    assert judged(source, "b")[0].verdicts[0].action == "isolate"
    assert [document.path for document in kept(source, "outside of packages")] == ["tools/x.rs"]


def test_a_checkout_is_read_as_it_was_committed(tmp_path: Path) -> None:
    source = GitCheckout(commit(tmp_path, WORKSPACE))
    (tmp_path / "a/src/lib.rs").write_text("pub fn changed() {}\n")
    (tmp_path / "a/src/new.rs").write_text("pub fn new() {}\n")
    again = pickle.loads(pickle.dumps(source))
    assert [document.content for document in again.read("a")[1]] == [b"pub fn a() {}\n"]


def test_links_in_a_checkout_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (tmp_path / "secret.rs").write_text("fn secret() {}\n")
    (folder / "a/src").mkdir(parents=True)
    (folder / "a/src/link.rs").symlink_to(tmp_path / "secret.rs")
    source = GitCheckout(commit(folder, WORKSPACE))
    assert [document.path for document in source.read("a")[1]] == ["a/src/lib.rs"]


def test_what_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no commit"):
        GitCheckout(tmp_path).units()
    commit(tmp_path, WORKSPACE)
    with pytest.raises(CorpusError, match="no commit `v9`"):
        GitCheckout(tmp_path, "v9").units()


RFC = """- Feature Name: `tidy_traits`
- Start Date: 2018-02-03
- RFC PR: [rust-lang/rfcs#2999](https://github.com/rust-lang/rfcs/pull/2999)
- Rust Issue: [rust-lang/rust#12345](https://github.com/rust-lang/rust/issues/12345)

# Summary
[summary]: #summary

{words}

```rust
# not a heading
fn f() {{}}
```

# Motivation

{words}
"""
WORDS = "Traits are tidied by hand today, and hands are slow. This text says how a compiler could do the tidying. " * 3
README = """# RFCs

## License

This repository is currently in the process of being licensed under either of:

* Apache License, Version 2.0, (LICENSE-APACHE or https://www.apache.org/licenses/LICENSE-2.0)
* MIT license (LICENSE-MIT or https://opensource.org/licenses/MIT)

at your option.

### Contributions
"""


def test_an_rfc_is_read_with_its_number_decision_and_dates(tmp_path: Path) -> None:
    text = RFC.format(words=WORDS)
    commit(tmp_path, {"text/2999-tidy-traits.md": text, "README.md": README, "LICENSE-MIT": MIT}, "2018-09-10")
    commit(tmp_path, {"text/2999-tidy-traits.md": text + "\nMore.\n"}, "2019-01-01")
    source = Rfcs(tmp_path)
    assert source.units() == ("2999-tidy-traits.md",)
    found = kept(source, "2999-tidy-traits.md")
    assert [document.path for document in found] == [
        "text/2999-tidy-traits.md#summary",
        "text/2999-tidy-traits.md#motivation",
    ]
    assert found[0].notes == {
        "number": "2999",
        "status": "accepted",
        "decision": "merged",
        "start": "2018-02-03",
        "merged": "2018-09-10",
        "tracking": "rust-lang/rust#12345",
    }
    assert (found[0].spdx, found[0].evidence[0].path) == ("Apache-2.0 OR MIT", "README.md")
    sample = read_sample(found[0].sample or "")
    assert isinstance(sample, CanonTeach)
    assert "merged: 2018-09-10" in sample.context.lower()
    assert "# not a heading" in sample.target.explanation
    assert sample.prompt.startswith("RFC 2999 (tidy_traits)")


def test_an_rfc_from_before_the_licence_ships_only_when_it_says_so_itself(tmp_path: Path) -> None:
    own = RFC.format(words=WORDS) + "\nThis RFC is licensed under the MIT license.\n"
    files = {"text/0401-old.md": RFC.format(words=WORDS), "text/0402-own.md": own, "README.md": README}
    source = Rfcs(commit(tmp_path, files))
    assert {outcome.verdicts[0].reason for outcome in judged(source, "0401-old.md")} == {"no-licence"}
    assert kept(source, "0401-old.md") == []
    assert {document.spdx for document in kept(source, "0402-own.md")} == {"MIT"}


def test_an_rfc_that_was_superseded_says_by_what() -> None:
    rfc = read_rfc("1201-naked-fns.md", "# Summary\n\nThis RFC was superseded by [RFC 2972](x).\n")
    assert (rfc.status, rfc.decision, rfc.title) == ("superseded", "superseded by RFC 2972", "naked fns")


def test_a_folder_without_rfcs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no RFCs"):
        Rfcs(tmp_path).units()


BEFORE = """#![warn(clippy::tidy_it)]

fn main() {
    let a = 1;
    let b = &&a; // far too much
    //~^ tidy_it

    let c = 2;
    let d = 3;
    let e = 4;
    let f = 5;
    let g = &&f;
    //~^ tidy_it
}
"""
AFTER = BEFORE.replace("&&", "&")
STDERR = """error: this reference is one too many
  --> tests/ui/tidy.rs:5:13
   |
LL |     let b = &&a; // far too much
   |             ^^^ help: take one away: `&a`
   |
   = note: `-D clippy::tidy-it` implied by `-D warnings`
   = help: to override `-D warnings` add `#[allow(clippy::tidy_it)]`

error: this reference is one too many
  --> tests/ui/tidy.rs:12:13
   |
LL |     let g = &&f;
   |             ^^^ help: take one away: `&f`

error: aborting due to 2 previous errors
"""


def test_messages_are_read_with_the_lint_that_was_named_first() -> None:
    first, second = read_stderr(STDERR)
    assert (first.line, first.code, first.message) == (5, "clippy::tidy_it", "this reference is one too many")
    assert first.advice == ("take one away: `&a`",)
    assert (second.line, second.code) == (12, "clippy::tidy_it")


def test_changes_come_one_by_one_without_annotations() -> None:
    found = list(changes(BEFORE, AFTER))
    assert len(found) == 2
    assert all("//~" not in line for *_, old, new in found for line in (*old, *new))
    assert list(changes(BEFORE, BEFORE)) == []


def test_ui_tests_become_patterns_of_lint_and_fix(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": '[package]\nname = "clippy"\nversion = "0.1.0"\nlicense = "MIT OR Apache-2.0"\n',
        "tests/ui/tidy.rs": BEFORE,
        "tests/ui/tidy.fixed": AFTER,
        "tests/ui/tidy.stderr": STDERR,
        "tests/ui/alone.rs": "fn main() {}\n",
        "LICENSE-MIT": MIT,
    }
    source = UiTests(commit(tmp_path, files))
    assert source.units() == ("tests/ui/tidy.rs",)
    found = kept(source, "tests/ui/tidy.rs")
    samples = [read_sample(document.sample or "") for document in found]
    assert len(samples) == 2
    for sample in samples:
        assert isinstance(sample, StyleGuide)
        assert sample.rule == "clippy::tidy_it: this reference is one too many"
        assert "&&" in sample.code_before
        assert "&&" not in sample.code_after
        assert "take one away" in sample.rationale
    (tmp_path / "tests/ui/tidy.stderr").unlink()
    with pytest.raises(CorpusError, match=r"lacks its \.stderr"):
        source.read("tests/ui/tidy.rs")
