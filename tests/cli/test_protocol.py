"""The two streams that a program talks to a session by."""

from __future__ import annotations

import io
import json
import os

import pytest

from engine.errors import ProtocolError
from engine.schema.decision import Decision, Pause, Stop, Verdict
from engine.schema.event import ErrorEvent, SayEvent, read_event
from rusta_cli import decisions_in
from rusta_cli.decisions_in import DecisionsIn
from rusta_cli.events_out import EventsOut, beside


class Heard:
    """An inbox that keeps what it gets."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self.closed = 0

    def put(self, decision: Decision) -> None:
        self.decisions.append(decision)

    def close(self) -> None:
        self.closed += 1


def hear(*chunks: bytes) -> tuple[Heard, list[str]]:
    """Feeds chunks through a real pipe and returns what arrived and what was refused."""
    end, start = os.pipe()
    heard, refused = Heard(), []
    reader = DecisionsIn(end, heard, lambda error: refused.append(str(error)))
    reader.start()
    for chunk in chunks:
        os.write(start, chunk)
    os.close(start)
    reader.join(timeout=30)
    os.close(end)
    assert not reader.is_alive()
    return heard, refused


def test_decisions_arrive_in_order_and_the_end_closes_the_inbox():
    heard, refused = hear(b'{"kind":"pause"}\n{"kind":', b'"verdict","patch":"p1","verdict":"approve"}\n')
    assert heard.decisions == [Pause(), Verdict(patch="p1", verdict="approve")]
    assert (refused, heard.closed) == ([], 1)


def test_a_last_line_without_a_newline_counts():
    heard, _ = hear(b'{"kind":"stop"}')
    assert heard.decisions == [Stop()]


def test_blank_lines_and_windows_line_ends_are_fine():
    heard, refused = hear(b'\r\n\n  \n{"kind":"stop"}\r\n')
    assert (heard.decisions, refused) == ([Stop()], [])


@pytest.mark.parametrize(
    "line",
    [
        b"approve",
        b"[1, 2]",
        b'{"kind":"dance"}',
        b'{"kind":"verdict","patch":"p1","verdict":"maybe"}',
        b'{"kind":"verdict"}',
        b"\xff\xfe\x00",
        b'{"kind":"answer","ask":"a","text":"\\ud800"}',
        b"[" * 100_000,
        b'{"kind":' + b"9" * 5000 + b"}",
    ],
)
def test_a_bad_line_is_refused_once_and_the_next_one_still_counts(line):
    heard, refused = hear(line + b"\n", b'{"kind":"pause"}\n')
    assert heard.decisions == [Pause()]
    assert len(refused) == 1
    assert "\n" not in refused[0]


def test_a_line_beyond_all_reason_is_refused_without_being_kept(monkeypatch):
    monkeypatch.setattr(decisions_in, "LINE_LIMIT", 1000)
    heard, refused = hear(b"x" * 700, b"x" * 700, b"x" * 700 + b'\n{"kind":"stop"}\n', b"y" * 1001)
    assert heard.decisions == [Stop()]
    assert len(refused) == 2


def test_every_event_is_one_flushed_line_that_reads_back():
    stream = io.BytesIO()
    out = EventsOut(stream)
    event = SayEvent(seq=1, at="2026-01-01T00:00:00.000Z", session="s", text="two\nlines “quoted” \u2028")
    out(event)
    assert stream.getvalue().count(b"\n") == 1
    assert read_event(stream.getvalue()) == event


def test_a_reader_that_went_away_is_noticed_once():
    end, start = os.pipe()
    os.close(end)
    gone: list[bool] = []
    with os.fdopen(start, "wb", buffering=0) as stream:
        out = EventsOut(stream, lambda: gone.append(True))
        out(beside("s", ProtocolError("first")))
        out(beside("s", ProtocolError("second")))
    assert (gone, out.gone) == ([True], True)


def test_an_error_beside_the_session_has_no_number_of_its_list():
    event = beside("s1", ProtocolError("not a decision", fix="send JSON"), fatal=True)
    back = read_event(json.loads(event.model_dump_json()))
    assert isinstance(back, ErrorEvent)
    assert (back.seq, back.session, back.fix, back.fatal) == (0, "s1", "send JSON", True)
