"""Sections of the canon distilled to teaching samples: lessons, concept cards, exercises, and what to teach back.

A *lesson* goes from the concept over its example to the explanation. A *card* is what one should know by heart. An
*exercise* shows an example that the compiler was really asked about, and answers with what it said. *Teach-back* asks
for the section in other words, and lists what has to be in the answer. Every sample cites the section it comes from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from engine.corpus.document import Document
from engine.corpus.sources.example_check import Checked
from engine.corpus.sources.sections import Example, Section
from engine.schema.provenance import Provenance
from engine.schema.samples import CanonTarget, CanonTeach

SHORTEST, CARD, LEAD = 160, 600, 1200
_LEANS = re.compile(
    r"""\b(?:listing|figure|table|chapter|section|above|below|previous(?:ly)?|earlier|following|preceding|next|here|example
    |let[’']s|we[’']ll|we[’']ve|the\ code|this\ code|first|second|finally)\b""",
    re.IGNORECASE | re.VERBOSE,
)
TRANSFORM = "canon/{}/1"


@dataclass(frozen=True, slots=True)
class Book:
    """What every sample of a book says of its origin. ``spdx`` are the licences named by ``licence``."""

    origin: str
    title: str
    source: str
    url: str
    version: str
    licence: str
    spdx: tuple[str, ...]
    attribution: str


def section_samples(
    book: Book, section: Section, checks: Sequence[Checked], parent: str, chapter: str
) -> Iterator[Document]:
    """The documents of one section.

    ``checks`` are the findings for its examples in order, ``parent`` is the SHA-256 of the page, ``chapter`` its title.
    """
    prose = section.prose
    text = "\n\n".join(prose)
    if len(text) < SHORTEST or not section.title:
        return
    topic = section.title if section.title == chapter else f"{chapter} — {section.title}"
    found = list(zip(section.examples, checks, strict=True))
    wrong = next(((one, check) for one, check in found if check.outcome == "fails"), None)
    right = next((one for one, check in found if check.outcome == "compiles" and one.text.strip()), None)
    lead, rest = _split(prose)
    yield _document(
        book,
        section,
        "lesson",
        topic,
        f"Teach me from {book.title}: {topic}.",
        lead,
        CanonTarget(
            explanation=_as_read(section, found, lead) if rest or found else text,
            code_before=wrong[0].text if wrong else None,
            code_after=right.text if right else None,
            citations=(section.address,),
        ),
        parent,
    )
    card = _first(prose, CARD)
    if card:
        target = CanonTarget(explanation=card, citations=(section.address,))
        yield _document(book, section, "card", topic, f"In short: {topic}?", "", target, parent)
    yield from _exercises(book, section, found, topic, parent)
    points = [point for part in prose if (point := _first_sentence(part))]
    if len(points) >= 3:
        target = CanonTarget(explanation="\n".join(f"- {point}" for point in points[:8]), citations=(section.address,))
        asked = f"Teach {topic} back to me in your own words. What must not be missing?"
        yield _document(book, section, "teach-back", topic, asked, text[: 4 * LEAD], target, parent)


def _exercises(
    book: Book, section: Section, found: list[tuple[Example, Checked]], topic: str, parent: str
) -> Iterator[Document]:
    """Does it compile? The answer is the compiler's, followed by the words of the section next to the example."""
    number = 0
    for place, (example, check) in enumerate(found):
        if check.outcome not in ("compiles", "fails") or len(example.text) < 20:
            continue
        number += 1
        after = next((one for one, other in found[place + 1 :] if other.outcome == "compiles"), None)
        if check.outcome == "compiles":
            said = f"It compiles with the {check.edition} edition."
        else:
            code = f"error[{check.codes[0]}]" if check.codes else "error"
            error = check.rendered or f"{code}: {check.message}"
            said = f"It does not compile with the {check.edition} edition:\n\n{error}"
        words = _next_to(section, example)
        target = CanonTarget(
            explanation=f"{said}\n\n{words}".strip(),
            code_before=example.text if check.outcome == "fails" else None,
            code_after=after.text if after and check.outcome == "fails" else None,
            citations=(section.address,),
        )
        asked = f"Does this compile with the {check.edition} edition? Say why, or what the compiler objects to."
        yield _document(book, section, f"exercise-{number}", topic, asked, example.source, target, parent)


def text_sample(
    book: Book,
    place: str,
    topic: str,
    prompt: str,
    context: str,
    explanation: str,
    source: str,
    notes: Mapping[str, str] | None = None,
) -> Document:
    """A lesson from plain text that lies at ``place`` and cites itself; ``source`` is all of the text it is from."""
    target = CanonTarget(explanation=explanation, citations=(place,))
    parent = hashlib.sha256(source.encode()).hexdigest()
    made = _sampled(book, place, place, f"{book.source}/lesson/1", topic, prompt, context, target, parent)
    return replace(made, notes=dict(notes or {}))


def _document(
    book: Book, section: Section, kind: str, topic: str, prompt: str, context: str, target: CanonTarget, parent: str
) -> Document:
    transform = TRANSFORM.format(kind.partition("-")[0] if kind.startswith("exercise") else kind)
    path = f"{section.address}{'' if section.anchor else '#'};{kind}"
    return _sampled(book, path, section.address, transform, topic, prompt, context, target, parent)


def _sampled(
    book: Book,
    path: str,
    address: str,
    transform: str,
    topic: str,
    prompt: str,
    context: str,
    target: CanonTarget,
    parent: str,
) -> Document:
    said = (prompt, context, target.explanation, target.code_before or "", target.code_after or "")
    content = "\n\n".join(part for part in said if part).encode()
    sample = CanonTeach(
        license=book.licence,
        spdx=book.spdx,
        provenance=Provenance(
            source=book.source,
            url=f"{book.url}/{address}",
            path=address,
            version=book.version,
            license=book.licence,
            spdx=book.spdx,
            attribution=book.attribution,
            sha256=hashlib.sha256(content).hexdigest(),
            parents=(parent,),
            transform=transform,
        ),
        source=book.title,
        topic=topic,
        prompt=prompt,
        context=context,
        target=target,
    )
    return Document(
        origin=book.origin,
        path=path,
        content=content,
        family="teach",
        sample=sample.model_dump_json(),
        parents=(parent,),
        transform=transform,
    )


def _as_read(section: Section, found: list[tuple[Example, Checked]], lead: str) -> str:
    """The section behind its lead as it is read, each example with a line on what the compiler said to it."""
    labels = {id(example): check for example, check in found}
    pieces = []
    for part in section.parts:
        if isinstance(part, str):
            pieces += [part] if part != lead else []
            continue
        pieces.append(f"```rust\n{part.text}\n```\n{_label(labels[id(part)])}".strip())
    return "\n\n".join(pieces)


def _label(check: Checked) -> str:
    match check.outcome:
        case "compiles":
            return f"(compiles, {check.edition} edition)"
        case "fails":
            code = f" with {', '.join(check.codes)}" if check.codes else ""
            return f"(does not compile{code}, {check.edition} edition)"
        case "incomplete":
            return "(a part of a larger program)"
        case "not-tried":
            return f"(not tried: {check.reason})"


def _next_to(section: Section, example: Example) -> str:
    """The paragraphs around an example: the one before it and the one behind."""
    place = next(index for index, part in enumerate(section.parts) if part is example)
    before = next((part for part in reversed(section.parts[:place]) if isinstance(part, str)), "")
    behind = next((part for part in section.parts[place + 1 :] if isinstance(part, str)), "")
    return "\n\n".join(part for part in (before, behind) if part)


def _split(prose: list[str]) -> tuple[str, list[str]]:
    lead = prose[0][:LEAD] if prose else ""
    return lead, prose[1:]


def _first(prose: list[str], length: int) -> str:
    """The first paragraph that can be understood alone, with the list that belongs to it."""
    for place, part in enumerate(prose):
        if not 80 <= len(part) <= length or part.startswith("- ") or _LEANS.search(part):
            continue
        if not part.endswith(":"):
            return part
        items = list(takewhile(lambda item: item.startswith("- "), prose[place + 1 :]))
        if items and len(part) + sum(map(len, items)) <= length:
            return "\n".join([part, *items])
    return ""


def _first_sentence(text: str) -> str:
    """A paragraph's first sentence when it stands for itself: long enough, and not leaning on what is around it."""
    end = text.find(". ")
    sentence = text.removeprefix("- ") if end < 0 else text[: end + 1].removeprefix("- ")
    good = 40 <= len(sentence) <= 300 and sentence.endswith(".") and not _LEANS.search(sentence)
    return sentence if good else ""
