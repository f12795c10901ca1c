"""Sessions and events: numbered without gaps, kept on return, read back as they were."""

import pytest

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Entry, Outcome
from engine.schema.event import LogEvent, MeterEvent, SayEvent
from engine.store.store import Store

AT = "2026-01-02T03:04:05.678Z"


def open_session(store: Store, id_: str = "s1", *, at: str = AT, repository: str = "crab-1a2b3c4d") -> str:
    store.create_session(id_, repository=repository, path=f"/home/huy/{repository}", at=at, brain="search")
    return id_


def say(seq: int, session: str = "s1", text: str = "Taking the length first.") -> SayEvent:
    return SayEvent(seq=seq, at=AT, session=session, text=text)


def log(seq: int, session: str, *, code: str = "E0502", move: str = "hoist-read", at: str = AT) -> LogEvent:
    entry = Entry(
        diagnostic="d1",
        code=code,
        message="cannot borrow `v` as mutable",
        where="src/lib.rs:4",
        gear="quick",
        attempts=1,
        intent="Take the length BEFORE the push",
        move=move,
        confidence=0.9,
        outcome=Outcome.FIXED,
    )
    devlog = DevLog(
        id=f"devlog-{session}",
        session=session,
        at=at,
        repository="crab-1a2b3c4d",
        base="0" * 40,
        brain="search",
        outcome=Outcome.FIXED,
        summary=f"One error fixed in {session}",
        entries=(entry,),
        branch="rusta/hoist",
    )
    return LogEvent(
        seq=seq, at=at, session=session, outcome=Outcome.FIXED, devlog=devlog, branch="rusta/hoist", commit="c" * 40
    )


def test_events_come_back_as_they_were_and_in_order(store: Store) -> None:
    open_session(store)
    events = [
        say(1, text="naïve \x00 \U0001f980 \u2028 50 % :name"),
        MeterEvent(seq=2, at=AT, session="s1", name="n", value=0.1),
    ]
    for event in events:
        store.append(event)
    assert list(store.events("s1")) == events
    assert list(store.events("s1", after=1)) == events[1:]
    assert store.next_seq("s1") == 3


def test_many_events_are_read_page_by_page_while_more_are_written(store: Store) -> None:
    open_session(store)
    for seq in range(1, 1202):
        store.append(say(seq))
    seen = []
    for event in store.events("s1"):
        if event.seq == 3:
            store.append(say(1202))
        seen.append(event.seq)
    assert seen == list(range(1, 1203))


@pytest.mark.parametrize("seq", [0, 1, 2, 4, -1])
def test_an_event_that_is_not_the_next_one_is_refused(store: Store, seq: int) -> None:
    open_session(store)
    store.append(say(1))
    store.append(say(2))
    with pytest.raises(StoreError, match="the next is 3"):
        store.append(say(seq))
    assert [event.seq for event in store.events("s1")] == [1, 2]


def test_sessions_number_their_events_each_for_itself(store: Store) -> None:
    open_session(store, "s1")
    open_session(store, "s2")
    store.append(say(1, "s1"))
    store.append(say(1, "s2"))
    assert (store.next_seq("s1"), store.next_seq("s2"), store.next_seq("s3")) == (2, 2, 1)


def test_an_event_of_no_session_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.append(say(1, "nobody"))


def test_a_session_is_opened_once(store: Store) -> None:
    open_session(store)
    with pytest.raises(StoreError):
        open_session(store)


def test_a_log_event_ends_its_session_and_keeps_its_devlog(store: Store) -> None:
    open_session(store)
    store.append(say(1))
    event = log(2, "s1")
    store.append(event)
    row = store.session("s1")
    assert (row.outcome, row.ended, row.summary) == (Outcome.FIXED, AT, "One error fixed in s1")
    assert (row.branch, row.commit_sha) == ("rusta/hoist", "c" * 40)
    assert store.devlog("devlog-s1") == event.devlog


def test_a_log_event_that_is_refused_leaves_nothing_behind(store: Store) -> None:
    open_session(store)
    with pytest.raises(StoreError):
        store.append(log(7, "s1"))
    assert store.session("s1").outcome is None
    assert store.devlogs() == []


def test_finishing_again_changes_the_outcome_and_keeps_the_rest(store: Store) -> None:
    open_session(store)
    store.append(log(1, "s1"))
    store.finish_session("s1", Outcome.UNDONE, at="2026-01-03T00:00:00.000Z")
    row = store.session("s1")
    assert (row.outcome, row.ended, row.branch) == (Outcome.UNDONE, "2026-01-03T00:00:00.000Z", "rusta/hoist")
    with pytest.raises(StoreError, match="no session nobody"):
        store.finish_session("nobody", "fixed")


def test_a_session_is_found_by_the_start_of_its_id_and_the_last_one_by_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="no session yet"):
        store.session()
    open_session(store, "ab1", at="2026-01-01T00:00:00.000Z")
    open_session(store, "ab12", at="2026-01-03T00:00:00.000Z")
    open_session(store, "cd", at="2026-01-02T00:00:00.000Z")
    assert store.session().id == "ab12"
    assert store.session("c").id == "cd"
    assert store.session("ab1").id == "ab1"  # an exact id wins over those it begins
    with pytest.raises(StoreError, match="more than one session starts with ab"):
        store.session("ab")
    with pytest.raises(StoreError, match="no session x%"):
        store.session("x%")


def test_sessions_are_listed_newest_first_and_filtered(store: Store) -> None:
    for number, code, move in [(1, "E0502", "hoist-read"), (2, "E0308", "borrow"), (3, "E0502", "clone")]:
        at = f"2026-01-0{number}T00:00:00.000Z"
        open_session(store, f"s{number}", at=at, repository="crab-1" if number < 3 else "lobster_2")
        store.append(log(1, f"s{number}", code=code, move=move, at=at))
    open_session(store, "s4", at="2026-01-04T00:00:00.000Z")

    def ids(**wanted: object) -> list[str]:
        return [row.id for row in store.sessions(**wanted)]  # type: ignore[arg-type]

    assert ids() == ["s4", "s3", "s2", "s1"]
    assert ids(limit=2) == ["s4", "s3"]
    assert ids(code="E0502") == ["s3", "s1"]
    assert ids(code="E0502", move="hoist-read") == ["s1"]
    assert ids(outcome=Outcome.FIXED, repository="crab-1") == ["s2", "s1"]
    assert ids(text="LENGTH before") == ["s3", "s2", "s1"]  # words of the DevLog, whatever their case
    assert ids(text="Lobster_") == ["s3"]
    assert ids(text="%") == []
    assert ids(text="s4") == ["s4"]
