"""A whole session in one text, to keep or to hand on."""

from __future__ import annotations

import json
from dataclasses import asdict

from engine.loop.devlog import write_devlog
from engine.loop.devlog_file import FiledDevLog, take_out, write_file
from engine.loop.fold import fold, outcome_of
from engine.store.store import Store


def session_as_markdown(store: Store, session: str) -> str:
    """The DevLog of a session as a file that can be imported; see `session_as_json` for one that is open."""
    return write_file(_filed(store, session))


def session_as_json(store: Store, session: str) -> str:
    """One JSON object: ``session`` as lists show it, ``devlog``, ``mentor``, and every event in ``events``.

    A session that has not ended yet is told as it stands now. Raises `StoreError` when there is no such session.
    """
    told = _filed(store, session)
    whole = {
        "session": asdict(store.session(session)),
        **told.model_dump(mode="json"),
        "events": [event.model_dump(mode="json") for event in store.events(session)],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _filed(store: Store, session: str) -> FiledDevLog:
    known = store.devlog_rows(1, session=session)
    if known:
        return take_out(store, known[0].id)
    events = list(store.events(session))
    at = events[-1].at if events else store.session(session).at
    return FiledDevLog(devlog=write_devlog(session, events, outcome_of(fold(events)), at=at))
