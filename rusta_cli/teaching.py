"""The command that teaches: explain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import RustaError

if TYPE_CHECKING:
    from engine.rust.docs import Docs, ErrorPage
    from engine.schema.diagnostic import Diagnostic
    from rusta_cli.rows import Screen

_CODE = re.compile(r"[Ee]\d{4}")
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::\d+)?")


def explain(
    subject: Annotated[
        str, typer.Argument(help="An error code such as E0502, or FILE:LINE.", metavar="E0502|FILE:LINE")
    ],
) -> None:
    """Explain an error code, or what the compiler says about a line of yours."""
    if _CODE.fullmatch(subject):
        _explain_code(subject.upper())
    elif place := _PLACE.fullmatch(subject):
        _explain_place(Path(place["file"]), int(place["line"]))
    else:
        raise typer.BadParameter("neither an error code such as E0502 nor FILE:LINE")


def _explain_code(code: str) -> None:
    from engine.rust.docs import Docs, rustc_explain
    from engine.rust.toolchain import find_toolchain
    from rusta_cli.interrupts import run_to_end
    from rusta_cli.rows import open_screen

    toolchain = find_toolchain(Path.cwd())
    docs = Docs(toolchain.docs)
    page = docs.explain(code)
    screen = open_screen()
    if page is not None:
        _teach(page, docs, screen)
    else:
        # Without rust-docs the compiler still carries the bare text of each code.
        screen.prose(run_to_end(rustc_explain(toolchain, code)))
    screen.close()


def _teach(page: ErrorPage, docs: Docs, screen: Screen) -> None:
    """Shows what a code means, a broken example, a mended one, and where to read on."""
    from engine.brain.voice import Voice
    from rusta_cli.rows import row

    first, _, rest = (page.summary or page.text).partition("\n")
    line = Voice.load().say("explain_rule", label=page.code, rule=first.strip().rstrip(".:"))
    screen.show(row("", (line or first, "voice")))
    if rest:
        screen.show(row("", rest))
    if not page.emitted:
        screen.show(row("", ("today's compiler does not give this error any more", "wait")))
    for title, erroneous in (("broken", True), ("mended", False)):
        block = next((block for block in page.blocks if block.erroneous is erroneous), None)
        if block is not None:
            screen.show(row(""))
            screen.show(row("", (title, "bad" if erroneous else "good")))
            screen.code(block.text.rstrip())
    screen.show(row(""))
    for cited in dict.fromkeys((page.citation, *docs.citations_for(page.code))):
        screen.show(row("read", cited.title, (f"  {cited.page}", "dim")))


def _explain_place(file: Path, line: int) -> None:
    """Checks the package as it lies there, uncommitted work included, and explains what is said about the line."""
    from rusta_cli.interrupts import run_to_end
    from rusta_cli.rows import open_screen, row

    if not file.is_file():
        raise RustaError(f"there is no file {file}", fix="name a file of your package, such as src/lib.rs:12")
    screen = open_screen()
    try:
        told = run_to_end(_lessons_at(file.resolve(), line, screen))
    finally:
        screen.close()
    if not told:
        screen.show(row("", f"the compiler says nothing about {file}:{line}"))


async def _lessons_at(file: Path, line: int, screen: Screen) -> int:
    """Shows a lesson for each diagnostic with a place on the line and returns how many there were."""
    from engine.brain.protocol import Context
    from engine.brain.registry import get_brain
    from engine.loop.run import check
    from engine.rust.docs import Docs
    from engine.rust.structure import CrateIndex
    from engine.rust.toolchain import find_toolchain
    from engine.sandbox.repository import open_repository
    from engine.schema.event import DiagnosticEvent, Event, ProgressEvent
    from engine.store.store import Store
    from rusta_cli.narration import headline
    from rusta_cli.rows import row

    repository = open_repository(file.parent)
    place = file.relative_to(repository.root.resolve()).as_posix()
    heard: dict[str, Diagnostic] = {}

    def hear(event: Event) -> None:
        if isinstance(event, DiagnosticEvent):
            heard[event.diagnostic.id] = event.diagnostic
        elif isinstance(event, ProgressEvent) and event.status == "running":
            screen.busy(event.command or event.text)

    await check(file.parent, include_dirty=True, emit=hear)
    screen.busy(None)
    meant = [found for found in heard.values() if _touches(found, place, line)]
    brain = get_brain("search", Store.open())
    index = CrateIndex(repository.root, None)
    docs = Docs(find_toolchain(file.parent).docs)
    for found in meant:
        context = Context(
            diagnostic=found,
            others=tuple(other for other in heard.values() if other.id != found.id),
            read=lambda path: _bytes_of(repository.root / path),
            index=index,
            workspace=None,
            docs=docs,
            evidence=(),
            refuted=frozenset(),
            repository=repository.key,
        )
        lesson = await brain.explain(context, None)
        screen.show(headline(found))
        screen.show(row("why", (lesson.text, "voice")))
        for page in lesson.citations:
            screen.show(row("read", (page, "dim")))
    return len(meant)


def _touches(found: Diagnostic, file: str, line: int) -> bool:
    return any(span.file == file and span.line_start <= line <= span.line_end for span in found.spans)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
