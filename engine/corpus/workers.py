"""Who does the independent pieces of work: processes of this machine, or a Ray cluster. The result is the same."""

from __future__ import annotations

import importlib.util
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Protocol

from engine.errors import CorpusError

_AHEAD = 2  # pieces that wait for each worker: enough to keep it busy, few enough to keep memory flat


class Workers(Protocol):
    """Calls a function with each item, somewhere; it and the items must pickle."""

    count: int

    def map(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterator[Any]:
        """The results in the order of the items. At most a few items a worker are taken ahead."""
        ...


class Alone:
    """This process."""

    count = 1

    def map(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterator[Any]:
        """One after the other."""
        return map(function, items)


class Processes:
    """Processes of this machine, started anew so that they share nothing with this one."""

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool = pool
        self.count = count

    def map(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterator[Any]:
        """In the order of the items, with `_AHEAD` for each process in the queue."""
        waiting: deque[Future[Any]] = deque()
        for item in items:
            waiting.append(self._pool.submit(function, item))
            if len(waiting) >= _AHEAD * self.count:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise CorpusError(
            "a worker died, as it does when memory runs out", fix="run again with fewer --workers: what is done is kept"
        ) from error


class Cluster:
    """A Ray cluster; the corpus has to lie where all its machines can reach it under the same path."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self.count = max(1, int(ray.cluster_resources().get("CPU", 1)))

    def map(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterator[Any]:
        """In the order of the items, with `_AHEAD` for each processor in the queue."""
        remote = self._ray.remote(_called)
        waiting: deque[Any] = deque()
        for item in items:
            waiting.append(remote.remote(function, item))
            if len(waiting) >= _AHEAD * self.count:
                yield self._ray.get(waiting.popleft())
        while waiting:
            yield self._ray.get(waiting.popleft())


def _called(function: Callable[[Any], Any], item: Any) -> Any:
    return function(item)


@contextmanager
def local_workers(count: int) -> Iterator[Workers]:
    """So many processes; one is this process itself. Work that has not begun is dropped when the block ends."""
    if count <= 1:
        yield Alone()
        return
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield Processes(pool, count)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def ray_workers(address: str | None, count: int | None = None) -> Iterator[Workers]:
    """A cluster at ``address``, or one started on this machine with ``count`` processors.

    Raises `CorpusError` where Ray is not installed or the cluster does not answer.
    """
    if importlib.util.find_spec("ray") is None:
        raise CorpusError("ray is not installed", fix="pip install 'rusta-tui[cluster]'")
    import ray

    try:
        ray.init(
            address=address,
            num_cpus=None if address else count,
            include_dashboard=None if address else False,
            log_to_driver=False,
            configure_logging=False,
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        why = (str(error).splitlines() or ["no answer"])[0]
        raise CorpusError(
            f"no Ray cluster at {address or 'this machine'}: {why}", fix="look at `ray status`"
        ) from error
    try:
        yield Cluster(ray)
    finally:
        ray.shutdown()
