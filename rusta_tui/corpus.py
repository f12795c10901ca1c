"""A corpus as `rusta corpus stats --json` tells it, and the lines it is drawn in. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rusta_tui.lines import BLANK, Line, Role, bar, fit, wrap

_ABOUT = {
    "drop": "dropped: what nobody should learn from",
    "isolate": "isolated: under terms that must not be mixed with the rest",
    "quarantine": "quarantined: nobody can say that it may be used",
    "redact": "redacted",
}


@dataclass(frozen=True)
class Part:
    """One row of the page: ``kind`` is source, reason or family; ``counts`` are figures by name."""

    kind: str
    name: str
    total: int
    counts: Mapping[str, int]
    files: Mapping[str, int]

    @property
    def key(self) -> str:
        """What the list knows it by."""
        return f"{self.kind}:{self.name}"

    @property
    def reason(self) -> str:
        """The reason without the decision."""
        return self.name.partition(": ")[2]


@dataclass(frozen=True)
class Corpus:
    """The whole of it: the rows of the page, licences by documents, seconds by step."""

    parts: tuple[Part, ...]
    licences: Mapping[str, int]
    seconds: Mapping[str, float]

    @property
    def files(self) -> int:
        """Files that were read."""
        return sum(part.total for part in self.parts if part.kind == "source")

    @property
    def kept(self) -> int:
        """Documents that ship."""
        return sum(part.total for part in self.parts if part.kind == "family")


def parse_corpus(text: str) -> Corpus | None:
    """The corpus in what the command printed; None when there is none in it."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    sizes: dict[str, int] = told.get("files, in bytes") or {}
    sources = _counts(told, "files in, by source")
    reasons: dict[str, dict[str, int]] = told.get("left out, by reason and source") or {}
    families: dict[str, dict[str, int]] = told.get("kept, by family") or {}
    parts = [
        *(
            Part("source", name, total, {why: left[name] for why, left in reasons.items() if name in left}, {})
            for name, total in sources.items()
        ),
        *(Part("reason", name, sum(left.values()), left, {}) for name, left in reasons.items()),
        *(
            Part("family", name, counts.get("documents", 0), counts, _of_family(sizes, name))
            for name, counts in families.items()
        ),
    ]
    return Corpus(tuple(parts), _counts(told, "licences of documents kept"), told.get("seconds, by step") or {})


def _of_family(sizes: Mapping[str, int], family: str) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if name.split("/")[1:2] == [family]}


def _counts(told: Mapping[str, Any], name: str) -> dict[str, int]:
    return dict(told.get(name) or {})


def row(part: Part, most: int, width: int) -> Line:
    """One row of the list: what it is, how much, against the largest of its kind."""
    role, mark = _mark(part)
    return fit(
        (
            (f" {mark} ", role),
            (f"{part.kind:<8}", "dim"),
            (f"{part.name:<30.30} ", "strong"),
            (f"{part.total:>9,} ", "text"),
            (bar(part.total / most if most else 0.0, 16), role),
        ),
        width,
    )


def _mark(part: Part) -> tuple[Role, str]:
    if part.kind == "reason":
        return ("bad", "✗") if part.name.startswith("quarantine") else ("wait", "−")
    return ("good", "✓") if part.kind == "family" else ("text", "·")


def page(corpus: Corpus, part: Part, documents: list[Mapping[str, Any]] | None, width: int) -> list[Line]:
    """One row in full. ``documents`` are the first rows of the ledger that belong to it, None while they are read."""
    lines: list[Line] = [((part.name, "strong"), (f"   {part.total:,} files", "text"))]
    if part.kind == "reason":
        about = _ABOUT.get(part.name.partition(":")[0], "")
        lines += [((text, "dim"),) for text in wrap(about, width)]
    lines.append(BLANK)
    for name, count in part.counts.items():
        if part.kind == "source":
            lines.append(((f"{count:>9,} ", "wait"), (name, "text")))
        else:
            lines.append(((f"{count:>14,} ", "text"), (name, "text")))
    if part.kind == "source":
        lines.append(((f"{part.total - sum(part.counts.values()):>9,} ", "good"), ("kept", "text")))
    if part.files:
        lines += [BLANK, (("Shards", "strong"),)]
        lines += [((f"{size:>14,} ", "text"), (name, "text")) for name, size in part.files.items()]
    if part.kind == "family":
        lines += [BLANK, (("Licences of all families", "strong"),)]
        lines += [((f"{count:>9,} ", "text"), (name, "text")) for name, count in corpus.licences.items()]
    else:
        lines += [BLANK, (("From the ledger", "strong"),)]
        lines += _documents(documents, width)
    if part.kind == "family" and corpus.seconds:
        lines += [BLANK, (("Seconds of work by step", "strong"),)]
        lines += [((f"{value:>9.1f} ", "text"), (name, "text")) for name, value in corpus.seconds.items()]
    return lines


def _documents(documents: list[Mapping[str, Any]] | None, width: int) -> list[Line]:
    if documents is None:
        return [(("reading…", "dim"),)]
    lines: list[Line] = []
    for found in documents:
        lines.append(
            fit(
                ((f"{str(found.get('id'))[:8]} ", "code-name"), (f"{found.get('origin')} {found.get('path')}", "text")),
                width,
            )
        )
        if found.get("detail"):
            lines += [((f"         {text}", "dim"),) for text in wrap(str(found["detail"]), width - 9)]
    return lines or [(("nothing", "dim"),)]


def parse_documents(text: str) -> list[Mapping[str, Any]]:
    """The rows in what `rusta corpus list --json` printed; other lines are left out."""
    found: list[Mapping[str, Any]] = []
    for line in text.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict) and "id" in fields:
            found.append(fields)
    return found
