"""How the drill looks: the line of the week, rows, a card's page, what she is weak at and what falls due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rusta_tui.drills import MENTOR, Card, Given, Week
from rusta_tui.job import Job
from rusta_tui.lines import BLANK, Line, Role, Span, bar, fit, seconds, spread, wrap
from rusta_tui.markdown import markdown_lines

RATINGS = {1: "again", 2: "hard", 3: "good", 4: "easy"}
MARKS: dict[str, tuple[str, Role]] = {
    "right": ("✓", "good"),
    "half": ("◐", "wait"),
    "wrong": ("✗", "bad"),
    "unmarked": ("○", "dim"),
    "": ("·", "dim"),
}
_GAUGE = 16
_LINE = 8
_ROOM_FOR_SHARES = 100
_CODE_INDENT = 4
_DAY = 3


def headline(week: Week, waiting: int, job: Job | None, width: int, *, read: bool = True) -> Line:
    """The week, or the drill that she is at: a gauge, what is being answered, how long it will take."""
    if job is not None and not job.over:
        done = job.done / job.total if job.total else 0.0
        left = f", about {_about(job.left)} left" if job.left is not None else ""
        count = f" {job.done} of {job.total}" if job.total else ""
        shares = "".join(f"  {name.removeprefix('drill/')} {value:.0%}" for name, value in sorted(job.latest.items()))
        if width < _ROOM_FOR_SHARES:
            shares = ""
        told: Line = ((" ", "text"), (bar(done, _GAUGE), "voice"), (count, "strong"), (f"  {job.text}", "text"))
        return spread(told, ((f"{shares}  {_about(job.elapsed)}{left} ", "dim"),), width)
    if not read:
        return ()
    if not week.name:
        return fit(((" No drill yet", "strong"),), width)
    spans: list[Span] = [(f" {week.name}", "strong")]
    spans.append((f" · {waiting} to grade", "wait") if waiting else (" · all graded", "good"))
    if week.open:
        spans.append((" · not finished", "wait"))
    spans.append((f" · {week.due} due", "wait" if week.due else "dim"))
    weeks = "week" if week.streak == 1 else "weeks"
    return spread(
        tuple(spans), ((f"{week.streak} {weeks} in a row · {week.new} of {week.cards} cards new ", "dim"),), width
    )


def row(card: Card, given: Given, width: int) -> Line:
    """One card: the compiler's mark, what it asks and is about, and the rating that counts."""
    sign, role = MARKS.get(card.mark, MARKS[""])
    if card.answered and not given:
        sign, role = "◆", "wait"
    own: Span = ("!", "bad") if card.origin == "mistake" else (" ", "text")
    left: Line = ((f" {sign} ", role), (f"{card.kind:<8}", "text"), (f"{card.about:<9}", "strong"), own)
    return spread((*left, (card.topic, "dim")), (*rating(given), (" ", "text")), width)


def rating(given: Given) -> Line:
    """The rating that counts, the mentor's in full and the compiler's in brackets: `3` or `(3)`."""
    if not given:
        return ((" · ", "dim"),)
    marker, value = given[-1]
    role: Role = "good" if value > 2 else "wait" if value == 2 else "bad"
    return ((f" {value} " if marker == MENTOR else f"({value})", role),)


def page(card: Card, given: Given, width: int, *, open_: bool) -> list[Line]:
    """A card to read: the question, her answer, what the compiler says, and once ``open_`` what the docs say."""
    lines = [BLANK, *_said(card.gone, width, "wait")] if card.gone else [BLANK, *_said(card.prompt, width, "strong")]
    if card.source:
        lines += [BLANK, *_code(card.source, "rust", width)]
    lines += [BLANK, *_head("Rusta")]
    if not card.answered:
        return [*lines, (("not answered yet", "dim"),)]
    answer = card.answer
    lines += _said(str(answer.get("text", "")), width, "voice")
    if diff := str(answer.get("diff", "")):
        lines += [BLANK, *_code(diff, "diff", width)]
    if card.mark != "unmarked":
        sign, role = MARKS.get(card.mark, MARKS[""])
        note = f", {answer['note']}" if answer.get("note") else ""
        lines += [
            BLANK,
            *_head("The compiler"),
            *_said(f"{sign} {card.mark}: {answer.get('truth', '')}{note}", width, role),
        ]
        if said := _sureness(card):
            lines.append(((said, "dim"),))
    if card.gone:
        return lines
    if not open_:
        return [*lines, BLANK, (("space", "voice"), (" shows what the docs say", "dim"))]
    lines += [BLANK, *_head("The docs"), *_said(card.key, width, "text")]
    if card.mended:
        lines += [BLANK, *_code(card.mended, "rust", width)]
    return [*lines, BLANK, *(((f"→ {cited}", "dim"),) for cited in card.citations)]


def grade_bar(card: Card | None, given: Given, width: int, *, goes_on: bool) -> list[Line]:
    """The four grades, the one that counts marked, and when the card comes back."""
    if card is None:
        return []
    value = given[-1][1] if given else None
    spans: list[Span] = [(" ", "text")]
    for number, word in RATINGS.items():
        here = number == value
        spans += [
            (f"{number} ", "voice"),
            (f"{'▸' if here else ''}{word}", "strong" if here else "dim"),
            ("   ", "text"),
        ]
    by = f"by the {given[-1][0]}" if given else "nobody has graded it" if card.answered else ""
    after = f"N: after a grade {'on' if goes_on else 'stay'} "
    return [
        spread(tuple(spans), ((f"{by} ", "dim"),), width),
        spread(((f" {_comes_back(card)}", "dim"),), ((after, "dim"),), width),
    ]


def progress(week: Week, width: int) -> list[Line]:
    """What she is weak at, worst first, and how many cards fall due on each of the coming days."""
    lines: list[Line] = [*_head("Weak")]
    if not week.weak:
        lines.append((("nothing graded is weak", "dim"),))
    for name, share, seen in week.weak:
        line = "━" * max(1, round(share * _LINE))
        cards = f"{seen} card{'s' if seen != 1 else ''}"
        lines.append(spread(((f"{line:<{_LINE}}", "bad"), (f"{share:>4.0%} ", "text"), (name, "text")),
                            ((cards, "dim"),), width))  # fmt: skip
    lines += [BLANK, *_head("Falls due")]
    days = week.forecast[: max(7, width // _DAY // 7 * 7)]
    names = [date.fromisoformat(day) for day, _ in days]
    lines.append(tuple((f"{f'{day:%a}'[:2]:>{_DAY}}", "dim" if place else "voice") for place, day in enumerate(names)))
    lines.append(tuple((f"{count or '·':>{_DAY}}", "strong" if count else "dim") for _, count in days))
    return lines


def empty(*, read: bool, trouble: str, running: bool) -> list[Line]:
    """What the list says when it has no rows."""
    if running:
        return [((" The cards are being dealt…", "dim"),), ((" The first time, she reads the docs for them.", "dim"),)]
    if trouble:
        return [((f" ! {trouble}", "bad"),), ((" r reads again; rusta doctor says more", "dim"),)]
    if not read:
        return [((" Reading the store…", "dim"),)]
    return [
        ((" No drill yet.", "strong"),),
        ((" s", "voice"), (" deals twenty cards; she answers,", "dim")),
        ((" the compiler marks what it can,", "dim"),),
        ((" and you grade the rest.", "dim"),),
    ]


def _about(value: float) -> str:
    return f"{value:.0f} s" if value < 59.5 else seconds(value)


def _head(text: str) -> list[Line]:
    return [(("▎", "voice"), (text, "strong"))]


def _said(text: str, width: int, role: Role) -> list[Line]:
    return [((line, role),) for line in wrap(text, width)]


def _code(text: str, language: str, width: int) -> Sequence[Line]:
    fence, room = "`" * 4, max(24, width - _CODE_INDENT)
    folded = "\n".join(part for line in text.rstrip().expandtabs(4).splitlines() for part in _folded(line, room))
    return markdown_lines(f"{fence}{language}\n{folded}\n{fence}", width)


def _folded(line: str, room: int) -> list[str]:
    """A line of code in pieces that fit; what is cut off a comment goes on as one."""
    if len(line) <= room:
        return [line]
    indent = len(line) - len(line.lstrip())
    cut = line.rfind(" ", indent + 1, room)
    cut = cut if cut > room // 3 else room
    comment = 0 <= line.find("//") < cut
    start = min(line.find("//") if comment else indent + 4, room // 2)
    return [line[:cut], *_folded(" " * start + ("// " if comment else "") + line[cut:].strip(), room)]


def _sureness(card: Card) -> str:
    sure = card.answer.get("confidence")
    words = [f"she was {sure:.0%} sure"] if isinstance(sure, int | float) else []
    if moves := card.answer.get("moves"):
        words.append(f"moves: {', '.join(moves)}")
    if took := card.answer.get("seconds"):
        words.append(seconds(float(took)))
    return " · ".join(words)


def _comes_back(card: Card) -> str:
    if card.due is None:
        return "comes back once it is graded" if card.answered else "not answered yet"
    return f"comes back on {datetime.fromisoformat(card.due).astimezone():%a %d %b %Y}"
