from engine.brain.minds.byte_fill import Hole, fillings, hole_of
from engine.brain.minds.byte_judged import judged
from engine.brain.minds.byte_order import Opinion, reordered
from engine.brain.minds.byte_trained import trained
from engine.brain.minds.byte_windows import windows
from engine.brain.protocol import Candidate, edits_key
from engine.model.configuration import BEGIN, END, MIDDLE, PREFIX, SUFFIX
from engine.model.prompts import change, judged_prompt
from engine.schema.patch import Edit

SOURCE = b"fn one() -> u8 {\n    2\n}\n\nfn two() -> u8 {\n    on()\n}\n" + b"// rest\n" * 80


def edit(before: str, after: str, source: bytes = SOURCE) -> Edit:
    start = source.index(before.encode())
    return Edit(path="lib.rs", byte_start=start, byte_end=start + len(before.encode()), before=before, after=after)


def candidate(*edits: Edit, confidence: float = 0.5) -> Candidate:
    return Candidate(edits_key(edits), "move", "", "", edits, None, "replace", confidence)


def read(path: str) -> bytes | None:
    return SOURCE if path == "lib.rs" else None


def test_a_window_is_the_same_stretch_for_all_of_it() -> None:
    one, two = candidate(edit("on()", "one()")), candidate(edit("u8 {\n    on", "u16 {\n    on"))
    (window,) = windows([one, two], read, 400)
    assert window.before + window.stands == SOURCE[: len(window.before + window.stands)]
    assert window.whole
    for each in (one, two):
        change = each.edits[0]
        made = SOURCE[: change.byte_start] + change.after.encode() + SOURCE[change.byte_end :]
        assert made.startswith(window.before + window.texts[each.key])
        assert len(made) - len(window.texts[each.key]) == len(SOURCE) - len(window.stands)


def test_a_window_and_what_stands_before_it_fit_the_room() -> None:
    late = candidate(Edit(path="lib.rs", byte_start=500, byte_end=500, before="", after="x" * 30))
    (window,) = windows([late], read, 200)
    assert not window.whole
    assert len(window.before) + max(map(len, (window.stands, *window.texts.values()))) <= 200
    assert SOURCE[500 - len(window.before) : 500] == window.before


def test_changes_far_apart_have_windows_of_their_own_and_too_wide_ones_none() -> None:
    near, far = (
        candidate(edit("2", "3")),
        candidate(Edit(path="lib.rs", byte_start=600, byte_end=600, before="", after="y")),
    )
    wide = candidate(*near.edits, *far.edits)
    elsewhere = candidate(Edit(path="gone.rs", byte_start=0, byte_end=0, before="", after="z"))
    found = windows([near, far, wide, elsewhere], read, 400)
    assert [set(window.texts) for window in found] == [{near.key}, {far.key}]


def test_a_filling_that_reads_worse_is_no_text_changes_nothing_or_is_a_wild_guess_is_refused() -> None:
    start = SOURCE.index(b"on()")
    place = Hole("lib.rs", start, start + 4, [], 28)
    written = [
        (b"one()", -0.1),
        (b"on()", -0.2),
        (b"one(", -0.3),
        (b"\xff\xfe", -0.4),
        (b"on\0()", -0.5),
        (b"no()", -9.0),
    ]
    (found,) = fillings(place, written, read)
    assert [(each.before, each.after) for each in found.edits] == [("", "e")]
    assert 0.9 < found.share < 0.91
    assert not list(fillings(place, written, lambda path: None))


def test_naturalness_orders_candidates_and_leaves_the_list_as_sure_as_it_was() -> None:
    one, two = candidate(edit("on()", "one()"), confidence=0.4), candidate(edit("on()", "no()"), confidence=0.5)
    moved = reordered([two, one], Opinion(gained={one.key: 0.9, two.key: -0.9}), 1.0)
    assert [each.key for each in moved] == [one.key, two.key]
    odds = [each.confidence / (1 - each.confidence) for each in moved]
    assert abs(odds[0] * odds[1] - (0.4 / 0.6) * 1.0) < 1e-6
    assert reordered([two, one], Opinion(gained={one.key: 0.9, two.key: -0.9}), 0.0) == (two, one)
    assert reordered([two, one], Opinion(), 1.0) == (two, one)


def test_what_the_confidence_head_says_beyond_the_usual_is_evidence() -> None:
    one = candidate(edit("on()", "one()"), confidence=0.4)
    (surer,) = reordered([one], Opinion(green={one.key: 2.0}), 1.0)
    (less,) = reordered([one], Opinion(green={one.key: -2.0}), 1.0)
    assert less.confidence < 0.4 < surer.confidence < 0.7
    assert reordered([one], Opinion(green={one.key: 0.0}), 1.0) == (one,)


def test_a_head_that_was_never_trained_is_not_listened_to() -> None:
    assert not trained({"settings": {"stage": "E0"}}).confidence
    assert not trained({"settings": {"stage": "E0"}}).action
    after = trained({"settings": {"stage": "E3"}, "objectives": ["E0", "E2", "E4"], "temperature": 1.5})
    assert (after.action, after.confidence, after.temperature) == (True, True, 1.5)
    assert trained({"settings": {"stage": "E4"}, "temperature": -1}).temperature == 1.0
    assert trained({"settings": {"stage": "E4"}}).usual == 0.0
    assert 1.0 < trained({"settings": {"stage": "E4"}, "balance": {"green": 80, "of": 100}}).usual < 1.5


async def test_the_hole_is_the_primary_span_with_as_much_around_it_as_there_is_room(crate) -> None:
    crate.write(SOURCE.decode())
    (found,) = crate.check()
    unseen = hole_of(crate.context(found), 200, told=False)
    assert unseen.prompt[:2] == [BEGIN, PREFIX]
    before, after = (
        bytes(unseen.prompt[2 : unseen.prompt.index(SUFFIX)]),
        bytes(unseen.prompt[unseen.prompt.index(SUFFIX) + 1 : -1]),
    )
    assert SOURCE.startswith(before + b"on" + after)
    told = hole_of(crate.context(found), 300, told=True)
    assert bytes(told.prompt[2:7]) == b"E0425"
    assert [*told.prompt][told.prompt.index(MIDDLE) + 1 : told.prompt.index(SUFFIX)] == list(b"on")
    for hole, room in ((unseen, 200), (told, 300)):
        assert SOURCE[hole.start : hole.end] == b"on"
        assert len(hole.prompt) + hole.limit < room
        assert hole.prompt
    assert hole_of(crate.context(found), 30, told=False) is None
    assert hole_of(crate.context(found), 30, told=True) is None


def test_an_edit_is_judged_in_the_form_that_was_learnt() -> None:
    one = candidate(edit("on()", "one()"))
    far = candidate(edit("2", "3"), edit("on()", "one()"))

    class Found:
        label, message, primary = "E0425", "cannot find", None

    class Around:
        diagnostic = Found
        read = staticmethod(read)

    asked = judged([one, far], Around, 200)
    here, new = change(SOURCE, SOURCE.replace(b"on()", b"one()"))
    assert asked[one.key] == judged_prompt(b"E0425: cannot find", here, new, 200)
    assert asked[far.key][-1] == END
    assert all(len(each) <= 200 for each in asked.values())
