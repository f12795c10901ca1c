"""How much of the error-code pages' own broken code compiles again: the compiler's sure advice beside Rusta's brain.

    python benchmarks/error_pages.py [--codes E0308,E0382] [--calls 40] [--jobs 2] [--json FILE] [--verbose]

Takes every example that a page of the installed docs calls erroneous and that today's stable compiler still refuses,
wrapped as rustdoc wraps it (in `fn main`, hidden lines included); examples that need a feature gate are left out. Each
is mended twice:

- **MachineApplicable only**: up to five rounds of what the compiler marks so, all at once, as `cargo fix --broken-code`
  does;
- **Rusta's brain**: best-first search over the candidates of the `search` brain, without experience, with the compiler
  as oracle, at most ``--calls`` compilations. A state that the deletion guard names losses for is never entered.

"Compiles" counts for both only when the guard is silent about the whole change. "As on the page" means that the result
has the same words as an example on the page that is not erroneous. Asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import itertools
import json
import math
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.brain.protocol import Context
from engine.brain.search import SearchBrain
from engine.errors import PatchError
from engine.rust.diagnostics import Places, numbered, read_message
from engine.rust.docs import CodeBlock, Docs
from engine.rust.guard import bought_by_deletion
from engine.rust.queue import order_queue
from engine.rust.structure import CrateIndex
from engine.rust.suggestions import to_edits
from engine.rust.tokens import tokens
from engine.rust.toolchain import find_toolchain
from engine.sandbox.patches import apply_edits
from engine.schema.diagnostic import Applicability, Diagnostic
from engine.schema.patch import Edit

FILE = "main.rs"
ROUNDS = 5
# How many states a diagnostic may lead to, and how many open diagnostics are looked at from one state.
WIDTH = 24
ROOTS = 2
# One open error more weighs as much as a step that is believed with this many nats less.
ERROR_COST = 1.5


@dataclass(frozen=True)
class Case:
    """An erroneous example. ``good`` are the page's other examples, as words."""

    code: str
    number: int
    source: str
    edition: str
    good: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return f"{self.code}#{self.number}"


@dataclass(frozen=True)
class Result:
    """How one way of mending ended. ``calls`` are compilations after the first; ``lost`` what the guard says."""

    compiles: bool
    as_on_page: bool
    calls: int
    seconds: float
    moves: tuple[str, ...]
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A case and both results; None for the results of one that compiles today.

    ``corrected``: its page shows a correct example too.
    """

    name: str
    code: str
    corrected: bool
    found: tuple[str, ...]
    sure: Result | None
    rusta: Result | None


class Compiler:
    """One file in a folder of its own and the compiler's errors for it; each text is compiled once."""

    def __init__(self, root: Path, rustc: Path, edition: str) -> None:
        self.root = root
        self.calls = 0
        self._command = [str(rustc), "--edition", edition, "--emit=metadata", "--error-format=json", "--cap-lints=warn"]
        self._known: dict[bytes, tuple[Diagnostic, ...]] = {}
        self._places = Places(root, root)

    def write(self, text: bytes) -> None:
        (self.root / FILE).write_bytes(text)

    def errors(self, text: bytes) -> tuple[Diagnostic, ...]:
        if text in self._known:
            return self._known[text]
        self.calls += 1
        self.write(text)
        try:
            done = subprocess.run(
                [*self._command, FILE], cwd=self.root, capture_output=True, text=True, check=False, timeout=60
            )
            lines = [line for line in done.stderr.splitlines() if line.startswith("{")]
            read = [read_message({"message": json.loads(line)}, self._places) for line in lines]
            found = tuple(each for each in numbered(each for each in read if each) if each.level.is_error)
            if done.returncode and not found:
                found = (Diagnostic(id="ice", tool="rustc", level="error", message="the compiler gave up"),)
        except subprocess.TimeoutExpired:
            found = (Diagnostic(id="slow", tool="rustc", level="error", message="the compiler does not end"),)
        self._known[text] = found
        return found


def cases(docs: Docs, wanted: frozenset[str]) -> Iterator[Case]:
    """The erroneous examples that need no feature gate, page by page."""
    for code in docs.codes():
        page = docs.explain(code)
        if page is None or (wanted and code not in wanted):
            continue
        good = tuple(words(block.source) for block in page.blocks if not block.erroneous)
        for number, block in enumerate(page.blocks, 1):
            if block.erroneous and "#![feature" not in block.source:
                yield Case(code, number, block.source + "\n", edition_of(block), good)


def edition_of(block: CodeBlock) -> str:
    return next((tag.removeprefix("edition") for tag in block.tags if re.fullmatch(r"edition\d{4}", tag)), "2015")


def words(source: str) -> tuple[str, ...]:
    """The words of a program without comments and without the wrapping that the docs hide."""
    return tuple(token.text for token in tokens(source.encode()) if token.kind != "comment")


def sure_advice(compiler: Compiler, case: Case) -> Result:
    """Rounds of MachineApplicable suggestions, every one that does not overlap an earlier one."""
    began, calls = time.perf_counter(), compiler.calls
    first = text = case.source.encode()
    taken = 0
    for _ in range(ROUNDS):
        edits: list[Edit] = []
        for found in compiler.errors(text):
            for suggestion in found.suggestions:
                if suggestion.applicability is not Applicability.MACHINE_APPLICABLE:
                    continue
                try:
                    new = to_edits(suggestion, {FILE: text}.get)
                except PatchError:
                    continue
                if not any(overlap(one, two) for one in edits for two in new):
                    edits.extend(new)
                    taken += 1
        if not edits:
            break
        text = apply_edits(text, edits)
    return finish(case, first, text, not compiler.errors(text), compiler.calls - calls, began, ("sure",) * taken)


def overlap(one: Edit, two: Edit) -> bool:
    return one.byte_start <= two.byte_end and two.byte_start <= one.byte_end


async def rusta(compiler: Compiler, case: Case, docs: Docs, budget: int) -> Result:
    """Best-first search: the state with the fewest errors and the most believed steps is looked at next."""
    began, calls = time.perf_counter(), compiler.calls
    brain = SearchBrain()
    index = CrateIndex(compiler.root, (FILE,))
    first = case.source.encode()
    order = itertools.count()
    tried = {first}
    # A leaf waits with the belief in its last step; it is compiled only when its turn comes.
    waiting: list[tuple[float, int, bytes, tuple[str, ...], float]] = [(0.0, next(order), first, (), 0.0)]
    while waiting and compiler.calls - calls < budget:
        _, _, text, moves, doubt = heapq.heappop(waiting)
        errors = compiler.errors(text)
        if not errors:
            return finish(case, first, text, True, compiler.calls - calls, began, moves)
        if any(each.id in ("ice", "slow") for each in errors) or len(moves) >= 6:
            continue
        compiler.write(text)
        index.update(FILE)
        queue = [queued.diagnostic for queued in order_queue(errors, None)]
        for diagnostic in queue[:ROOTS]:
            context = Context(
                diagnostic=diagnostic,
                others=tuple(each for each in errors if each != diagnostic),
                read={FILE: text}.get,
                index=index,
                workspace=None,
                docs=docs,
            )
            for candidate in (await brain.think(context))[:WIDTH]:
                after = apply_edits(text, candidate.edits)
                if after in tried:
                    continue
                tried.add(after)
                if bought_by_deletion({FILE: first}, {FILE: after}):
                    continue
                sum_doubt = doubt - math.log(candidate.confidence)
                cost = sum_doubt + ERROR_COST * max(0, len(errors) - 1)
                heapq.heappush(waiting, (cost, next(order), after, (*moves, candidate.move), sum_doubt))
    return Result(False, False, compiler.calls - calls, time.perf_counter() - began, ())


def finish(
    case: Case, first: bytes, text: bytes, compiles: bool, calls: int, began: float, moves: tuple[str, ...]
) -> Result:
    lost = bought_by_deletion({FILE: first}, {FILE: text}) if compiles else ()
    clean = compiles and not lost
    same = clean and words(text.decode()) in case.good
    return Result(clean, same, calls, time.perf_counter() - began, moves, lost)


def measure(case: Case, rustc: Path, html: Path, budget: int) -> Row:
    """Both ways on one case, each with a compiler of its own that has seen nothing."""
    with tempfile.TemporaryDirectory() as folder:
        errors = Compiler(Path(folder), rustc, case.edition).errors(case.source.encode())
        if not errors:
            return Row(case.name, case.code, bool(case.good), (), None, None)
        sure = sure_advice(Compiler(Path(folder), rustc, case.edition), case)
        hers = asyncio.run(rusta(Compiler(Path(folder), rustc, case.edition), case, Docs(html), budget))
        return Row(case.name, case.code, bool(case.good), tuple(each.label for each in errors), sure, hers)


def table(rows: list[Row]) -> dict[str, object]:
    """Prints how many of these each way mends; the figures by way."""
    ways = {
        "MachineApplicable only": [row.sure for row in rows if row.sure],
        "Rusta's brain": [row.rusta for row in rows if row.rusta],
    }
    figures: dict[str, object] = {}
    print("| way | compiles, nothing deleted | as on the page | by deletion | calls a fix | seconds a fix |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, results in ways.items():
        fixed = [result for result in results if result.compiles]
        same = sum(result.as_on_page for result in results)
        lost = sum(bool(result.lost) for result in results)
        count = max(1, len(results))
        calls = sum(result.calls for result in fixed) / max(1, len(fixed))
        seconds = sum(result.seconds for result in fixed) / max(1, len(fixed))
        print(
            f"| {name} | {len(fixed)} ({len(fixed) / count:.1%}) | {same} ({same / count:.1%}) | {lost} "
            f"| {calls:.1f} | {seconds:.2f} |"
        )
        figures[name] = {
            "compiles": len(fixed),
            "rate": round(len(fixed) / count, 4),
            "as_on_page": same,
            "by_deletion": lost,
            "calls_a_fix": round(calls, 2),
            "seconds_a_fix": round(seconds, 3),
        }
    return figures


def report(rows: list[Row]) -> dict[str, object]:
    """Prints the tables and the codes that stay broken; the figures as JSON will have them."""
    broken = [row for row in rows if row.sure is not None and row.rusta is not None]
    print(f"{len(rows)} examples, {len(broken)} of them still refused\n")
    figures: dict[str, object] = {"examples": len(rows), "still_errors": len(broken), "all": table(broken)}
    corrected = [row for row in broken if row.corrected]
    print(f"\n{len(corrected)} of them on pages that show a correct example too\n")
    figures |= {"with_correction": len(corrected), "corrected": table(corrected)}
    steps = Counter(move for row in broken if row.rusta and row.rusta.compiles for move in row.rusta.moves)
    print("\nmoves that led there:", ", ".join(f"{name} {count}" for name, count in steps.most_common()))
    open_ones = Counter(row.code for row in broken if row.rusta and not row.rusta.compiles)
    print("\nstill broken:", ", ".join(f"{code}×{n}" if n > 1 else code for code, n in sorted(open_ones.items())))
    return figures | {"rows": [asdict(row) for row in broken]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--codes", default="")
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    toolchain = find_toolchain(Path.cwd())
    if toolchain.docs is None:
        sys.exit("the docs are not installed: rustup component add rust-docs")
    todo = list(cases(Docs(toolchain.docs), frozenset(filter(None, options.codes.split(",")))))
    rows: list[Row] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(measure, case, toolchain.rustc, toolchain.docs, options.calls) for case in todo]
        for job in jobs:
            row = job.result()
            rows.append(row)
            if options.verbose and row.rusta is not None:
                how = ", ".join(row.rusta.moves) if row.rusta.compiles else "-"
                print(f"{row.name} {' '.join(sorted(set(row.found)))} calls {row.rusta.calls}: {how}", flush=True)
    figures = report(rows)
    line = json.dumps(figures)
    if options.json:
        options.json.write_text(line + "\n", encoding="utf-8")
    else:
        print(json.dumps({key: value for key, value in figures.items() if key != "rows"}))


if __name__ == "__main__":
    main()
