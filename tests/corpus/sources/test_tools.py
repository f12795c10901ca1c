from dataclasses import replace
from pathlib import Path

import pytest

from engine.corpus.licences.joined import LicenceStep
from engine.corpus.sources.tools import LINTS, Tools
from engine.rust.toolchain import Toolchain, find_toolchain
from engine.schema.samples import CanonTeach, DiagFix, read_sample

NOTICE = """<p>Except as otherwise noted, this is licensed under the Apache License, Version 2.0 or the MIT license,
at your option.</p>"""
PAGE = """<main><h1 id="e"><a href="#e">Error code E0382</a></h1>
<p>A value was used after it had been moved somewhere else, where it may be gone by now.</p>
<pre><code class="language-rust compile_fail E0382">fn main() {
    let name = String::from("ada");
    let other = name;
    println!("{name} {other}");
}</code></pre>
<p>Borrowing leaves it where it is:</p>
<pre><code class="language-rust">fn main() {
    let name = String::from("ada");
    let other = &amp;name;
    println!("{name} {other}");
}</code></pre>
<p>Something else altogether:</p>
<pre><code class="language-rust">struct Unrelated { field: u8 }</code></pre></main>"""
UNTRUE = PAGE.replace("E0382", "E0599")


@pytest.fixture
def toolchain(tmp_path: Path) -> Toolchain:
    pages = tmp_path / "rust" / "html" / "error_codes"
    pages.mkdir(parents=True)
    (pages / "E0382.html").write_text(PAGE)
    (pages / "E0599.html").write_text(UNTRUE)
    (tmp_path / "rust" / "COPYRIGHT.html").write_text(NOTICE)
    return replace(find_toolchain(Path()), docs=pages.parent)


def test_an_error_page_gives_the_fix_that_was_compiled(tmp_path: Path, toolchain: Toolchain) -> None:
    tools = Tools(toolchain, tmp_path / "kept")
    origin, documents = tools.read("E0382")
    (outcome,) = LicenceStep().run(documents, {origin.id: origin})
    assert outcome.document is not None
    sample = read_sample(outcome.document.sample or "")
    assert isinstance(sample, DiagFix)
    assert sample.error.code == "E0382"
    assert "error[E0382]" in sample.error.rendered
    assert "-    let other = name;\n+    let other = &name;\n" in sample.patch_diff
    assert sample.explanation.startswith("A value was used after it had been moved")
    assert "Borrowing leaves it" in sample.explanation


def test_a_page_whose_example_fails_otherwise_gives_no_fix(tmp_path: Path, toolchain: Toolchain) -> None:
    assert list(Tools(toolchain, tmp_path / "kept").read("E0599")[1]) == []


def test_every_installed_lint_has_a_card(tmp_path: Path, toolchain: Toolchain) -> None:
    tools = Tools(toolchain, tmp_path / "kept")
    if LINTS not in tools.units():
        pytest.skip("clippy is not installed")
    _, documents = tools.read(LINTS)
    samples = {document.path: read_sample(document.sample or "") for document in documents}
    assert len(samples) > 500
    card = samples["lints/clippy::needless_borrow"]
    assert isinstance(card, CanonTeach)
    assert "By default it is set to warn." in card.target.explanation
    assert "lints/unused_mut" in samples
