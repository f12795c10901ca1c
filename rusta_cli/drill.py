"""The commands of the weekly drill: status, start, next, grade, ungrade, show and history."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.rows import Role, Row, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from curriculum.drills.grading import Graded
    from curriculum.drills.progress import Status
    from engine.rust.docs import Docs
    from engine.store.store import Store

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
MARK_ROLE: dict[str, Role] = {"right": "good", "half": "wait", "wrong": "bad", "unmarked": "dim"}
RATINGS = {1: "again", 2: "hard", 3: "good", 4: "easy"}
_SOON = 7


def build() -> typer.Typer:
    """The command group `rusta drill`; without a command it says where the week stands."""
    group = typer.Typer(name="drill", help="The weekly study drill.", invoke_without_command=True)
    group.callback()(status)
    for name, command in (
        ("start", start),
        ("next", next_),
        ("show", show),
        ("grade", grade),
        ("ungrade", ungrade),
        ("history", history),
    ):
        group.command(name)(command)
    return group


def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """The weekly study drill: what is due, what is new, what waits for your grade, where she is weak."""
    if context.invoked_subcommand is not None:
        return
    from curriculum.drills.progress import status as stands
    from engine.store.store import Store

    found = stands(Store.open())
    if as_json:
        print(_line(found.facts()))
    else:
        _show(_status_rows(found))


def start(
    cards: Annotated[int, typer.Option(help="How many cards a new drill has.", min=1, max=200)] = 20,
    seed: Annotated[
        str | None, typer.Option(help="What the cards are drawn with; the week, when left out.", metavar="TEXT")
    ] = None,
    brain: Annotated[str, typer.Option(help="Who answers.")] = "search",
    events: Annotated[
        bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
    ] = False,
) -> None:
    """Deal the week's cards and let her answer them; goes on with a drill that was left before its end."""
    from rusta_cli.drill_runs import conduct

    raise typer.Exit(conduct(size=cards, seed=seed, brain=brain, events=events))


def next_(as_json: JsonOption = False) -> None:
    """Show the next answer that waits for your grade."""
    from curriculum.drills.progress import full, places
    from curriculum.drills.week import study

    store, docs = _ground()
    schedule = study(store)[1]
    place = next((place for place in places(store, schedule, None) if place.waits), None)
    if place is None:
        if not as_json:
            _show([row("", "nothing waits for a grade; `rusta drill` shows where the week stands")])
        return
    _tell([full(place, store, docs)], as_json)


def show(
    cards: Annotated[
        list[str] | None,
        typer.Argument(
            help="Which cards: ids, or the start of them; the drill, and what waits from others, when left out.",
            metavar="CARD...",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show cards: the question, her answer, the compiler's mark, and what the docs say."""
    from curriculum.drills.progress import full, places, status
    from curriculum.drills.week import study

    store, docs = _ground()
    every = places(store, study(store)[1], None)
    found = list(status(store).places)
    here = {place.card.id for place in found}
    found += [place for place in every if place.waits and place.card.id not in here]
    if cards:
        ids = [store.drill_card(card).id for card in cards]
        newest = {place.card.id: place for place in every}
        found = [newest[id_] for id_ in ids if id_ in newest]
        if missing := [id_ for id_ in ids if id_ not in newest]:
            from engine.errors import RustaError

            raise RustaError(
                f"card {missing[0]} has not been dealt yet", fix="`rusta drill show` names those that were"
            )
    if not found and not as_json:
        _show([row("", "no drill yet; `rusta drill start` deals the first one")])
    _tell([full(place, store, docs) for place in found], as_json)


def grade(
    card: Annotated[str, typer.Argument(help="Which card: its id, or the start of it.", metavar="CARD")],
    value: Annotated[int, typer.Argument(help="1 again, 2 hard, 3 good, 4 easy.", min=1, max=4, metavar="VALUE")],
    as_json: JsonOption = False,
) -> None:
    """Grade her answer to a card, 1 to 4; it counts in place of the compiler's mark and says when the card is due."""
    from curriculum.drills.grading import grade as give
    from engine.store.store import Store

    _tell_grade(give(Store.open(), card, value), as_json, "")


def ungrade(
    card: Annotated[
        str | None,
        typer.Argument(help="Which card: its id, or the start of it; your last grade, when left out.", metavar="CARD"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take back your last grade; what was there before counts again."""
    from curriculum.drills.grading import ungrade as take_back
    from engine.store.store import Store

    taken = take_back(Store.open(), card)
    if taken is not None:
        _tell_grade(taken, as_json, " is taken back")
    elif as_json:
        print(_line({"card": None}))
    else:
        _show([row("", "there is no grade to take back")])


def history(as_json: JsonOption = False) -> None:
    """List the drills there were, newest first: how she was marked, how you graded her."""
    from curriculum.drills.progress import history as told
    from engine.store.store import Store

    found = told(Store.open())
    if as_json:
        for item in found:
            print(_line(item))
    else:
        _show(map(_drill_row, found) if found else [row("", "no drill yet; `rusta drill start` deals the first one")])


def _ground() -> tuple[Store, Docs]:
    """The store and the docs. Without a toolchain there are none, and what she answered can still be read."""
    from engine.errors import ToolMissingError
    from engine.rust.docs import Docs
    from engine.rust.toolchain import find_toolchain
    from engine.store.store import Store

    store = Store.open()
    try:
        return store, Docs(find_toolchain(Path.cwd()).docs)
    except ToolMissingError:
        return store, Docs(None)


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _show(lines: Iterable[Row]) -> None:
    from rusta_cli.rows import open_screen

    screen = open_screen()
    try:
        for line in lines:
            screen.show(line)
    finally:
        screen.close()


def _tell(cards: list[dict[str, Any]], as_json: bool) -> None:
    from rusta_cli.rows import open_screen

    if as_json:
        for card in cards:
            print(_line(card))
        return
    screen = open_screen()
    try:
        for card in cards:
            screen.show(row(""))
            screen.show(row(card["id"], (f"{card['kind']} ", "strong"), card["topic"], ("  " + card["page"], "dim")))
            screen.show(row("asked", (card["prompt"] or card["gone"], "wait" if card["gone"] else "plain")))
            if card["source"]:
                screen.code(card["source"])
            answer = card["answer"]
            if answer is None:
                screen.show(row("answer", ("not answered yet", "dim")))
                continue
            screen.show(row("answer", (answer["text"], "voice")))
            if answer["diff"]:
                screen.code(answer["diff"].rstrip())
            if answer["mark"] != "unmarked":
                said = f"{answer['mark']}: {answer['truth']}" + (f", {answer['note']}" if answer["note"] else "")
                screen.show(row("compiler", (said, MARK_ROLE[answer["mark"]])))
            rated = f"{card['rating']} {RATINGS[card['rating']]}, by the {card['marker']}" if card["rating"] else ""
            screen.show(row("grade", rated or (f"rusta drill grade {card['id']} 1-4", "code")))
            screen.show(row("docs", (card["key"], "plain")))
            screen.show(row("read", ("  ".join(card["citations"]), "dim")))
    finally:
        screen.close()


def _tell_grade(graded: Graded, as_json: bool, after: str) -> None:
    review, before, standing = graded.review, graded.before, graded.standing
    due = standing.due.isoformat().replace("+00:00", "Z") if standing else None
    if as_json:
        counts = before.rating if after and before else None if after else review.rating
        print(_line({"card": review.card, "rating": counts, "due": due, "taken_back": bool(after)}))
        return
    again = f"; {before.rating} by the {before.marker} counts again" if after and before else ""
    when = f"; due {datetime.fromisoformat(due).astimezone():%Y-%m-%d}" if due else ""
    _show([row("", f"{review.card}: {review.rating} {RATINGS[review.rating]}{after}{again}{when}")])


def _status_rows(found: Status) -> list[Row]:
    if found.session is None:
        return [row("", "no drill yet; `rusta drill start` deals the first one")]
    session, answered = found.session, sum(place.answer is not None for place in found.places)
    weeks = "1 week" if found.streak == 1 else f"{found.streak} weeks"
    soon = sum(count for _, count in found.forecast[:_SOON])
    lines = [
        row(session.week, f"{answered} of {len(found.places)} answered", ("" if session.ended else ", open", "wait")),
        row("waiting", (f"{found.waiting} for your grade", "wait" if found.waiting else "plain")),
        row("due", f"{found.due} today, {soon} within a week", (f"  {found.new} of {found.cards} are new", "dim")),
        row("streak", f"{weeks} in a row"),
    ]
    for weak in found.weak:
        seen = f"{weak.seen} cards" + (f", {weak.reds} red repairs" if weak.reds else "")
        lines.append(row("weak", (f"{weak.share:>4.0%} ", "bad"), weak.name, (f"  {seen}", "dim")))
    return lines


def _drill_row(item: dict[str, Any]) -> Row:
    marks = "  ".join(
        f"{kind} {counts['right']} right {counts['half']} half {counts['wrong']} wrong"
        for kind, counts in item["marks"].items()
        if sum(counts.values())
    )
    mean = f"mean grade {item['mean_rating']}" if item["mean_rating"] is not None else "ungraded"
    brier = f", Brier {item['brier']}" if item["brier"] is not None else ""
    open_ = "" if item["ended"] else ", open"
    done = f"{item['answered']} of {item['cards']} answered{open_}  "
    return row(item["id"], done, marks, (f"  {item['graded']} graded, {mean}{brier}", "dim"))
