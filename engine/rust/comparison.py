"""Which statements, arms and calls of the old code have no counterpart in the new.

Units are paired in four rounds, each more lenient: the same words anywhere; similar words one to one; words
found again in what is new (a statement that was split or merged); and last, another statement that stands in
its place. Rounds run inside each function first, then over all that is left, so that code may move.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from engine.rust.substance import NOISE, Body, Unit, bodies
from engine.rust.tokens import tokens
from engine.rust.tree import parse_tree

# Share of a unit's words that must come back: in one new unit, or spread over what is new.
_SIMILAR = 0.34
_COVERED = 0.5
# Keywords that change how a thing is seen or held, not what is done.
_MODIFIERS = frozenset({"pub", "mut", "ref", "move", "dyn", "const", "let", "async", "return"})


@dataclass(frozen=True, slots=True)
class Loss:
    """A finding, and the path of the item it was found in (None when it cannot be told)."""

    line: str
    owner: str | None


@dataclass(slots=True)
class _Remains:
    """Units without a counterpart, new units that stand for none, and pairs of changed units."""

    old: list[Unit]
    new: list[Unit]
    pairs: list[tuple[Unit, Unit]]


def lost_substance(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[Loss, ...]:
    """What the old files did and the new ones do not; empty when everything came back in some form."""
    whole = {path: source for path, source in old.items() if not parse_tree(source).root_node.has_error}
    losses = list(_lost_words({path: source for path, source in old.items() if path not in whole}, new))
    skipped = set(old) - set(whole)
    before = _by_name(whole)
    after = _by_name({path: source for path, source in new.items() if path not in skipped})
    calls_lost = _calls(before) - _calls(after)
    remains = _Remains([], [], [])
    owners: dict[int, str] = {}
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        for unit in was.units if was else ():
            owners[id(unit)] = name
        if was and now and (verdict := _emptied(was, now)):
            losses.append(Loss(verdict, None))
            continue
        # A star or a borrow that is taken off the name at the end (E0614) leaves that name, which is no unit.
        ended = [unit for unit in was.units if not (now and _bare(unit) in now.tails)] if was else []
        part = _pair(ended, now.units if now else [])
        remains.old += part.old
        remains.new += part.new
        remains.pairs += part.pairs
    rest = _pair(remains.old, remains.new)
    losses += [
        Loss(f"{_what(unit)} lost in `{owners[id(unit)]}`: `{unit.text}`", owners[id(unit)]) for unit in rest.old
    ]
    for was_unit, now_unit in remains.pairs + rest.pairs:
        dropped = _dropped_call(was_unit, now_unit, calls_lost)
        if dropped:
            owner = owners[id(was_unit)]
            losses.append(Loss(f"call of `{dropped}` dropped in `{owner}`: `{was_unit.text}`", owner))
    return tuple(losses)


def _bare(unit: Unit) -> str:
    """The name that a unit is but for stars and borrows before it, "" for what does more."""
    found = re.fullmatch(r"[*&(\s]*(?:mut\s+)?(\w+)\)*", unit.text)
    return found[1] if found and not unit.calls else ""


def _by_name(files: dict[str, bytes]) -> dict[str, Body]:
    found: dict[str, Body] = {}
    seen: set[tuple[str, str]] = set()
    for path, source in files.items():
        for body in bodies(source):
            # The same item written twice (E0428) counts once.
            if (body.name, body.text) in seen:
                continue
            seen.add((body.name, body.text))
            name, number = body.name, 1
            while name in found:
                number += 1
                name = f"{body.name} ({path}, {number})"
            found[name] = body
    return found


def _calls(found: dict[str, Body]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for body in found.values():
        for unit in body.units:
            whole.update(unit.calls)
    return whole


def _emptied(was: Body, now: Body) -> str | None:
    if not was.units or was.text == now.text:
        return None
    if not now.units:
        return f"body of `{was.name}` emptied"
    if all(unit.constant for unit in now.units) and not all(unit.constant for unit in was.units):
        return f"body of `{was.name}` replaced by a constant"
    return None


def _pair(old: list[Unit], new: list[Unit]) -> _Remains:
    left_old, left_new = _without_equals(old, new)
    pairs = _pair_similar(left_old, left_new)
    paired_old, paired_new = {id(was) for was, _ in pairs}, {id(now) for _, now in pairs}
    left_old = [unit for unit in left_old if id(unit) not in paired_old]
    left_new = [unit for unit in left_new if id(unit) not in paired_new]
    left_old = _without_covered(left_old, left_new, pairs)
    return _without_replaced(left_old, left_new, pairs)


def _without_equals(old: list[Unit], new: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    # A struct literal may not name a field twice (E0062), so names count once.
    fields_old = {unit.key for unit in old if unit.kind == "field"}
    fields_new = {unit.key for unit in new if unit.kind == "field"}
    once_old = [unit for unit in old if unit.kind != "field" or unit.key not in fields_new]
    once_new = [unit for unit in new if unit.kind != "field" or unit.key not in fields_old]
    common = Counter(unit.key for unit in once_old) & Counter(unit.key for unit in once_new)
    return list(_less(once_old, common.copy())), list(_less(once_new, common))


def _less(units: list[Unit], common: Counter[tuple[str, frozenset[tuple[str, int]]]]) -> Iterator[Unit]:
    for unit in units:
        if common[unit.key] > 0:
            common[unit.key] -= 1
        else:
            yield unit


def _may_stand_for(now: Unit, was: Unit) -> bool:
    return (was.constant or not now.constant) and (was.kind == "field") == (now.kind == "field")


def _pair_similar(old: list[Unit], new: list[Unit]) -> list[tuple[Unit, Unit]]:
    scored = []
    for i, was in enumerate(old):
        for j, now in enumerate(new):
            common = (was.words & now.words).total()
            share = common / was.words.total()
            if share >= _SIMILAR and _may_stand_for(now, was):
                jaccard = common / (was.words | now.words).total()
                scored.append((-share - jaccard, abs(i - j), i, j))
    pairs: list[tuple[Unit, Unit]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, _, i, j in sorted(scored):
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            pairs.append((old[i], new[j]))
    return pairs


def _without_covered(old: list[Unit], new: list[Unit], pairs: list[tuple[Unit, Unit]]) -> list[Unit]:
    # What only a constant repeats cannot vouch for code that worked something out.
    pool: Counter[str] = Counter()
    weak: Counter[str] = Counter()
    for unit in new:
        (weak if unit.constant else pool).update(unit.words)
    for was, now in pairs:
        pool.update(now.words - was.words)
    # A condition may go into a call that checks by itself (`contains_key` and `insert` become `entry`).
    spare = sum((now.calls - was.calls).total() - (was.calls - now.calls).total() for was, now in pairs)
    left = set()
    for unit in sorted(old, key=lambda unit: unit.words.total()):
        core = unit.core or unit.words
        found = core & (pool + weak if unit.constant else pool)
        if found.total() / core.total() >= _COVERED:
            weak -= found - pool
            pool -= found
        elif unit.kind == "head" and spare > 0:
            spare -= 1
        else:
            left.add(id(unit))
    return [unit for unit in old if id(unit) in left]


def _without_replaced(old: list[Unit], new: list[Unit], pairs: list[tuple[Unit, Unit]]) -> _Remains:
    left_old, left_new = [], list(new)
    for unit in old:
        group = _group(unit)
        stand_in = next((each for each in left_new if _group(each) == group and _may_stand_for(each, unit)), None)
        if stand_in is None:
            left_old.append(unit)
        else:
            left_new.remove(stand_in)
    return _Remains(left_old, left_new, pairs)


def _group(unit: Unit) -> str:
    return "statement" if unit.kind in ("let", "do", "value", "jump", "head") else unit.kind


def _what(unit: Unit) -> str:
    match unit.kind:
        case "arm":
            return "match arm"
        case "field":
            return "field"
        case _:
            return "statement"


def _dropped_call(was: Unit, now: Unit, lost: Counter[str]) -> str | None:
    """A call that went away while nothing was called, named or written in its place."""
    if now.calls - was.calls or now.words - was.words:
        return None
    gone = [name for name in (was.calls - now.calls) & lost if name.rstrip("!") not in NOISE]
    return gone[0] if gone else None


def _lost_words(old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[Loss]:
    """For files that did not parse: names and literals that are gone, and nothing came in their place."""
    for path, source in old.items():
        was, called = _words(source)
        now, _ = _words(new.get(path, b""))
        lost, gained = was - now, now - was
        deficit = lost.total() - gained.total()
        vanished = [word for word in lost if word in called and word not in now]
        if deficit >= 3 or (deficit >= 1 and vanished and not gained):
            shown = " ".join(sorted(lost)[:6])
            yield Loss(f"{path}: code lost: {shown}", None)


def _words(source: bytes) -> tuple[Counter[str], set[str]]:
    words: Counter[str] = Counter()
    called: set[str] = set()
    previous = ""
    for token in tokens(source):
        if token.text in _MODIFIERS:
            continue
        if token.kind in ("word", "number", "string", "char"):
            words[token.text] += 1
        elif token.text in ("(", "!") and previous:
            called.add(previous)
        previous = token.text if token.kind == "word" else ""
    return words, called
