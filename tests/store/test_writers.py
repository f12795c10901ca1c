"""Several writers at once, and writers that are killed."""

import subprocess
import sys
import threading
from collections import deque

import pytest

from engine.errors import StoreError
from engine.schema.event import SayEvent
from engine.store.store import Store

AT = "2026-01-02T03:04:05.678Z"

WRITER = """
import sys
from engine.schema.event import SayEvent
from engine.store.store import Store

url, session, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = Store.open(url)
store.create_session(session, repository="r", path="p", at="t", brain="search")
for seq in range(1, count + 1):
    store.append(SayEvent(seq=seq, at="t", session=session, text="x" * 200))
    store.record_mistake("shared", "move", session=session, at="t")
    print(seq, flush=True)
"""


def writer(url: str, session: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, session, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_open_a_new_store_together_and_write_lose_nothing(url: str) -> None:
    sessions = ["a", "b", "c"]
    running = [writer(url, session, 150) for session in sessions]
    ended = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ended
    with Store.open(url) as store:
        assert [store.next_seq(session) for session in sessions] == [151, 151, 151]
        assert store.mistakes("shared")[0].count == 450


def test_a_writer_that_is_killed_loses_no_event_it_has_kept(url: str) -> None:
    Store.open(url).close()
    process = writer(url, "s", 100_000)
    assert process.stdout is not None
    kept = [int(process.stdout.readline()) for _ in range(200)][-1]
    process.kill()
    kept = max([kept, *(int(line) for line in process.communicate(timeout=60)[0].split()[:-1])])
    with Store.open(url) as store:
        numbers = [event.seq for event in store.events("s")]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= kept
        store.append(SayEvent(seq=len(numbers) + 1, at=AT, session="s", text="going on"))


def test_two_stores_on_one_session_cannot_both_write_a_number(url: str) -> None:
    with Store.open(url) as one, Store.open(url) as other:
        one.create_session("s", repository="r", path="p", at=AT, brain="search")
        one.append(SayEvent(seq=1, at=AT, session="s", text="mine"))
        with pytest.raises(StoreError, match="the next is 2"):
            other.append(SayEvent(seq=1, at=AT, session="s", text="no, mine"))


def test_threads_share_a_store(store: Store) -> None:
    problems: list[Exception] = []

    def write(session: str) -> None:
        try:
            store.create_session(session, repository="r", path="p", at=AT, brain="search")
            for seq in range(1, 51):
                store.append(SayEvent(seq=seq, at=AT, session=session, text="hi"))
        except StoreError as error:
            problems.append(error)

    threads = [threading.Thread(target=write, args=(f"s{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [store.next_seq(f"s{number}") for number in range(4)] == [51] * 4


def test_a_full_disk_loses_no_event_that_was_kept(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.create_session("s", repository="r", path="p", at=AT, brain="search")
        ((pages,),) = store._db.read("PRAGMA page_count")
        store._db.read(f"PRAGMA max_page_count = {pages + 10}")  # what SQLite meets on a full disk, without filling one
        events = (SayEvent(seq=seq, at=AT, session="s", text="x" * 1000) for seq in range(1, 1000))
        with pytest.raises(StoreError, match="full") as caught:
            deque(map(store.append, events), maxlen=0)
        assert "free space" in caught.value.fix
        kept = store.next_seq("s") - 1
        assert kept > 10
        store._db.read("PRAGMA max_page_count = 1000000")
        store.append(SayEvent(seq=kept + 1, at=AT, session="s", text="there is room again"))
        assert len(list(store.events("s"))) == kept + 1
