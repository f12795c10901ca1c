"""The commands about her moves: list, show, mine, revoke and restore."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.rows import Row, row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from engine.brain.memory.mining import Evidence, Generalised, Vein
    from engine.store.experience import MinedMove
    from engine.store.store import Store

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
NameArgument = Annotated[str, typer.Argument(help="Which move.", metavar="MOVE", show_default=False)]
Shown = dict[str, Any]


def build() -> typer.Typer:
    """The command group `rusta moves`."""
    group = typer.Typer(name="moves", help="The moves she knows, and those she mines herself.", no_args_is_help=True)
    for name, command in (("list", list_), ("show", show), ("mine", mine), ("revoke", revoke), ("restore", restore)):
        group.command(name)(command)
    return group


def list_(
    mined: Annotated[bool, typer.Option("--mined", help="Only those she mined herself.")] = False,
    code: Annotated[str | None, typer.Option(help="Only those for this error code.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the moves: what they are for, how often they were tried and held, and which are revoked."""
    from engine.store.store import Store

    with Store.open() as store:
        found = [each for each in _known(store) if not mined or each["family"] == "mined"]
    found = [each for each in found if code is None or code in each["codes"]]
    if as_json:
        _print(found)
    else:
        _show(map(_move_row, found))


def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show a move: what it does, for which errors, and of a mined one the sessions it was generalised from."""
    from engine.store.store import Store

    with Store.open() as store:
        found = _named(store, name)
        mined = next((each for each in store.mined_moves() if each.name == name), None)
    if as_json:
        _print([{**found, **({"template": json.loads(mined.template)} if mined else {})}])
        return
    _show([_move_row(found), row("", found["about"]), *(_mined_rows(mined) if mined else ())])


def mine(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would become a move, and keep nothing.")
    ] = False,
    cases: Annotated[bool, typer.Option(help="Compile the shipped cases as held-out evidence too.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Look for edits that recur in at least three sessions, and keep those that mend held-out cases as moves."""
    import asyncio

    from engine.store.store import Store

    with Store.open() as store:
        found = asyncio.run(_mine(store, cases=cases, dry_run=dry_run))
    if as_json:
        _print(found)
    elif found:
        _show(map(_vein_row, found))
    else:
        _show([row("", "Nothing recurs yet: a move takes three sessions that mended the same way at two places.")])


def revoke(
    name: NameArgument,
    reason: Annotated[str, typer.Option(help="Why; it is kept.", metavar="TEXT")] = "",
) -> None:
    """Take a move away from her: it proposes nothing from now on."""
    _set(name, revoked=True, reason=reason)


def restore(name: NameArgument) -> None:
    """Give a revoked move back to her."""
    _set(name, revoked=False, reason="")


async def _mine(store: Store, *, cases: bool, dry_run: bool) -> list[Shown]:
    import tempfile
    from pathlib import Path

    from engine.brain.memory.mining import held_out, move_of, veins
    from engine.store.rows import MoveRow
    from engine.store.shelf import now

    past = store.experiences(grounded=True)
    found = []
    with tempfile.TemporaryDirectory(prefix="rusta-moves-") as scratch:
        judges = _Cases(Path(scratch)) if cases else None
        for vein in veins(past):
            evidence = held_out(vein, past)
            if judges is not None:
                evidence += await judges.judge(vein)
            kept = evidence.holds and not dry_run
            if kept:
                move = move_of(vein, evidence, now())
                said = f"generalised from {len(vein.sessions)} sessions: {', '.join(vein.sessions)}"
                with store.transaction():
                    store.save_mined(move)
                    store.save_move(MoveRow(move.name, "mined", said, move.at))
            found.append(_vein(vein, evidence, kept=kept))
    return found


class _Cases:
    """The shipped cases as judges of a vein: those of its code, compiled in the jail."""

    def __init__(self, scratch: Path) -> None:
        from engine.brain.memory.proving import Proving
        from engine.evals.caseset import load_cases
        from engine.resources import shipped

        found = load_cases(shipped("data", "cases")).cases
        self._tags = {each.case.id: each.case.tags for each in found}
        self._proving = Proving({each.case.id: each.before for each in found}, scratch)

    async def judge(self, vein: Vein) -> Evidence:
        """What the cases of the vein's code say."""
        among = [name for name, tags in self._tags.items() if vein.code in tags]
        return await self._proving.judge(vein.code, vein.general, among)


def _set(name: str, *, revoked: bool, reason: str) -> None:
    from engine.store.rows import MoveRow
    from engine.store.shelf import now
    from engine.store.store import Store

    with Store.open() as store:
        found = _named(store, name)
        with store.transaction():
            if not any(each.name == name for each in store.moves()):
                store.save_move(MoveRow(name, found["family"], "built in", now()))
            store.revoke_move(name, revoked=revoked, reason=reason)
    _show([row("", f"{name} is {'revoked' if revoked else 'in use'}")])


def _known(store: Store) -> list[Shown]:
    """Every move: those that are built in, those that were mined, and recalling itself."""
    from engine.brain.memory.recall import NAME
    from engine.brain.moves import all_moves, family_of
    from engine.brain.moves.suggested import NAME as ADVICE

    rows = {each.name: each for each in store.moves()}
    tried: dict[str, list[int]] = {}
    for count in store.outcome_counts():
        both = tried.setdefault(count.move, [0, 0])
        both[0] += count.green
        both[1] += count.total
    known = [
        (ADVICE, "compiler", (), "What the compiler and clippy propose themselves."),
        (NAME, "memory", (), "What mended the like before, filled in at the new place."),
        *((move.name, family_of(move.name), tuple(sorted(move.codes)), move.about) for move in all_moves()),
        *((move.name, "mined", (move.code,), move.intent) for move in store.mined_moves()),
    ]
    return [
        {
            "move": name,
            "family": family,
            "codes": [code or "no code" for code in codes],
            "about": about,
            "source": rows[name].source if name in rows else "built in",
            "green": tried.get(name, [0, 0])[0],
            "tried": tried.get(name, [0, 0])[1],
            "revoked": name in rows and rows[name].revoked,
            "reason": rows[name].reason if name in rows else "",
        }
        for name, family, codes, about in known
    ]


def _named(store: Store, name: str) -> Shown:
    from engine.errors import RustaError

    found = next((each for each in _known(store) if each["move"] == name), None)
    if found is None:
        raise RustaError(f"she knows no move {name}", fix="see `rusta moves list`")
    return found


def _move_row(move: Shown) -> Row:
    mark = "✗" if move["revoked"] else "●" if move["family"] == "mined" else "·"
    said = f"{move['green']} of {move['tried']} held" if move["tried"] else "not tried yet"
    revoked = f"  revoked{': ' if move['reason'] else ''}{move['reason']}" if move["revoked"] else ""
    return row(
        move["family"],
        (f"{mark} {move['move']}", "bad" if move["revoked"] else "strong"),
        (f"  {' '.join(move['codes'])}", "code"),
        (f"  {said}", "dim"),
        (revoked, "bad"),
    )


def _mined_rows(mined: MinedMove) -> list[Row]:
    from engine.brain.memory.mining import Generalised

    general = Generalised.read(mined.template)
    proof = mined.evidence
    return [
        row("from", f"{len(mined.sessions)} sessions: {', '.join(mined.sessions)}"),
        row("held out", f"mended {proof['mended']} of {proof['fits']} that it fits, {proof['compiled']} compiled"),
        row("when", (general.message, "code"), (f"  {general.types}", "code")),
        *(row("edit", (line, "code")) for line in _told(general)),
    ]


def _told(general: Generalised) -> list[str]:
    """The parts of a template, a line each: what stands before `→` becomes what stands behind it."""

    def text(pieces: Sequence[str | int]) -> str:
        return "".join(f"${piece}" if isinstance(piece, int) else piece for piece in pieces).strip() or "nothing"

    return [
        f"… {' '.join(part.left)} [ {text(part.before)} → {text(part.after)} ] {' '.join(part.right)} …"
        for part in general.template.parts
    ]


def _vein(vein: Vein, evidence: Evidence, *, kept: bool) -> Shown:
    return {
        "move": vein.name,
        "code": vein.code,
        "sessions": vein.sessions,
        "fits": evidence.fits,
        "mended": evidence.mended,
        "compiled": evidence.compiled,
        "holds": evidence.holds,
        "kept": kept,
        "edit": _told(vein.general),
    }


def _vein_row(found: Shown) -> Row:
    proof = f"held out: mended {found['mended']} of {found['fits']}"
    verdict = "kept" if found["kept"] else "would be kept" if found["holds"] else "not kept"
    return row(
        "mined",
        (f"{'●' if found['holds'] else '○'} {found['move']}", "good" if found["holds"] else "wait"),
        f"  generalised from {len(found['sessions'])} sessions",
        (f"  {proof}, {verdict}  ", "dim"),
        (" ; ".join(found["edit"]), "code"),
    )


def _print(found: Iterable[Shown]) -> None:
    for each in found:
        print(json.dumps(each, ensure_ascii=False))


def _show(rows: Iterable[Row]) -> None:
    from rusta_cli.rows import open_screen

    screen = open_screen()
    try:
        for line in rows:
            screen.show(line)
    finally:
        screen.close()
