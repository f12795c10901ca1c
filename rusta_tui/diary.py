"""The diary on the mentor's desk: what the store last told, and on top of it what is still on its way there.

A deed shows at once and is queued as a command. What is shown of a DevLog is always the standing the store told, with
the deeds that are not settled yet applied in order; so a deed that fails is simply left out, whatever came after it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

from rusta_tui.commands import Reply
from rusta_tui.devlogs import Deed, Log, Page, Standing, parse_logs, parse_page

_PAGES = 64
_FEW, _MANY = 100, 2000


class Queue(Protocol):
    """What the diary needs of a `CommandQueue`."""

    def put(self, *arguments: str, rollback: Callable[[], object] = ..., done: Callable[[Reply], object] = ...) -> None:
        """Queues a command."""

    def query(self, *arguments: str, then: Callable[[Reply], object]) -> None:
        """Queues a question."""


class Diary:
    """Every DevLog by id, newest first. ``changed`` is called with an id, or None when the whole list is another.

    ``read`` is True once something is known of the store, ``whole`` once all of its list has been read.
    """

    def __init__(self, queue: Queue, changed: Callable[[str | None], object] = lambda id_: None) -> None:
        self.logs: dict[str, Log] = {}
        self.read = self.whole = False
        self.trouble = ""
        self._queue = queue
        self._changed = changed
        self._told: dict[str, Standing] = {}
        self._under_way: defaultdict[str, list[Deed]] = defaultdict(list)
        self._pages: dict[str, Page] = {}
        self._doubtful: set[str] = set()
        self._reading = 0
        self._news = False
        self._takes: set[asyncio.Task[None]] = set()
        self._late: list[tuple[str, Callable[[Standing], Standing]]] = []

    def standing(self, id_: str) -> Standing:
        """What stands on a DevLog, what is under way included."""
        standing = self._told.get(id_) or Standing()
        for deed in self._under_way.get(id_, ()):
            standing = deed.on(standing)
        return standing

    def page(self, id_: str) -> Page | None:
        """The DevLog's page where it has been read, with its standing of now."""
        page = self._pages.get(id_)
        return page and Page(page.text, self.standing(id_))

    def do(self, id_: str, deed: Deed) -> None:
        """Does something to a DevLog: it shows at once, and is stored in its turn."""
        self._under_way[id_].append(deed)
        self._changed(id_)

        def settle() -> None:
            self._under_way[id_].remove(deed)  # the first that is like it: they are settled in order
            if not self._under_way[id_]:
                del self._under_way[id_]

        def done(_: Reply) -> None:
            settle()
            self._tell(id_, deed.on)
            self._changed(id_)
            for doubtful in self._doubtful:  # the engine answers again
                self.open(doubtful)

        def failed() -> None:
            settle()
            self._doubtful.add(id_)  # it may have been stored, and the answer lost
            self._changed(id_)
            self.open(id_)

        self._queue.put(*deed.command(id_), rollback=failed, done=done)

    def open(self, id_: str) -> None:
        """Reads a DevLog's page, and what stands on it, from the store."""

        def told(reply: Reply) -> None:
            try:
                page = parse_page(next(iter(reply.records), {}))
            except ValueError:
                why = reply.trouble or "it has another shape"
                self._pages.setdefault(id_, Page(f"This DevLog cannot be read: {why}", Standing()))
            else:
                self._pages[id_] = page
                self._doubtful.discard(id_)
                self._tell(id_, lambda _: page.standing)
            while len(self._pages) > _PAGES:
                del self._pages[next(iter(self._pages))]
            self._changed(id_)

        self._queue.query("devlogs", "show", "--json", "--", id_, then=told)

    def read_again(self) -> None:
        """Reads the list from the store, page by page, so that neither the queue nor the app stands still for it."""
        self._start(news=False)

    def read_news(self) -> None:
        """Reads the list as far as there are DevLogs that are not known yet; all of it where little is known."""
        self._start(news=self.whole)

    def _start(self, *, news: bool) -> None:
        self.whole, self._news = False, news
        self._reading += 1
        self._list(self._reading, {})

    def _list(self, reading: int, found: dict[str, Log]) -> None:
        """Reads the DevLogs that follow those that were ``found``; what is told meanwhile is applied to them, too."""

        def told(reply: Reply) -> None:
            take = asyncio.get_running_loop().create_task(self._take(reply, reading, found, len(self._late)))
            self._takes.add(take)
            take.add_done_callback(self._taken)

        # The first page is what fills a screen.
        page = ("--limit", str(_MANY if found else _FEW), "--skip", str(len(found)))
        self._queue.query("devlogs", "list", "--json", *page, then=told)

    def _tell(self, id_: str, change: Callable[[Standing], Standing]) -> None:
        """Takes what the store has told of one DevLog, also for a list that was told earlier and is still parsed."""
        self._told[id_] = change(self._told.get(id_) or Standing())
        if self._takes:
            self._late.append((id_, change))

    async def _take(self, reply: Reply, reading: int, found: dict[str, Log], late: int) -> None:
        if reading != self._reading:  # the list is being read anew
            return
        self.trouble = reply.trouble
        if not reply.trouble:
            full, old = _MANY if found else _FEW, self.logs.keys()
            logs = await asyncio.to_thread(parse_logs, reply.out)
            for log in logs:
                found[log.id] = log
                self._told[log.id] = _with_texts(log.standing, self._told.get(log.id))
            page = {log.id for log in logs}
            for id_, change in self._late[late:]:
                if id_ in page:
                    self._told[id_] = change(self._told[id_])
            self.whole = len(logs) < full or (self._news and all(log.id in old for log in logs))
            if not self.whole:
                self._list(reading, found)
            self.logs = {**found, **{id_: log for id_, log in self.logs.items() if id_ not in found}}
        self.read = True
        self._changed(None)

    def _taken(self, take: asyncio.Task[None]) -> None:
        self._takes.discard(take)
        if not self._takes:
            self._late.clear()


def _with_texts(standing: Standing, before: Standing | None) -> Standing:
    """The standing of a list, with the comments' texts where they are known and as many as before."""
    if before is None or len(before.comments) != len(standing.comments):
        return standing
    return Standing(standing.given, before.comments, standing.marks)
