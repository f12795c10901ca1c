"""A small book of docs with words of its own, so that the cards of a test are known and few."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import ToolMissingError
from engine.rust.docs import Docs
from engine.rust.toolchain import Toolchain, find_toolchain
from engine.store.store import Store

ASSIGNED_TWICE = (
    'fn main() {\n    let count = 1;\n    println!("{}", count);\n    count = 2;\n    println!("{}", count);\n}\n'
)
MENDED = ASSIGNED_TWICE.replace("let count", "let mut count")
UNKNOWN = 'fn main() {\n    let total = 1;\n    println!("{}", totl);\n}\n'
SECRET = "words that only the docs have"


def error_page(code: str, *blocks: tuple[str, str], words: str = SECRET) -> str:
    examples = "".join(
        f'<pre><code class="language-rust {tags}">{html.escape(source)}</code></pre>' for source, tags in blocks
    )
    return f"<html><body><main><h1>Error code {code}</h1><p>{code}: {words}.</p>{examples}</main></body></html>"


@pytest.fixture
def html_root(tmp_path: Path) -> Path:
    root = tmp_path / "html"
    (root / "error_codes").mkdir(parents=True)
    (root / "book").mkdir()
    pages = {
        "error_codes/E0384.html": error_page("E0384", (ASSIGNED_TWICE, "compile_fail E0384"), (MENDED, "")),
        "error_codes/E0425.html": error_page("E0425", (UNKNOWN, "compile_fail E0425")),
        "book/ch03-01-variables-and-mutability.html": (
            "<html><body><main><h2 id='variables-and-mutability'>Variables</h2>"
            f"<p>{SECRET} {'and more ' * 40}.</p>"
            '<pre><code class="language-rust edition2024">fn main() {\n    println!("{}", 1);\n}\n</code></pre>'
            "</main></body></html>"
        ),
    }
    for name, text in pages.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def docs(html_root: Path) -> Docs:
    return Docs(html_root)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own."""
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'rusta.db'}") as opened:
        yield opened


@pytest.fixture
def toolchain() -> Toolchain:
    try:
        return find_toolchain(Path.cwd())
    except ToolMissingError as error:
        pytest.skip(str(error))
