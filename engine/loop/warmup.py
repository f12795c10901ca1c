"""What the loop needs a moment later, imported while cargo is at work.

Moves, and the parsers of HTML and of structure, cost a quarter of a second to import. The first check runs in other
processes and leaves this one idle: that is the time to do it.
"""

from __future__ import annotations

import asyncio
from importlib import import_module

from engine.brain.moves import all_moves
from engine.rust.docs import warm_up_parser

_LATER = ("ast_grep_py", "engine.brain.search", "engine.rust.scope", "engine.loop.devlog")


def warm_up() -> asyncio.Future[None]:
    """Starts the imports in a thread. The future may be dropped: what is needed earlier is imported then."""
    return asyncio.ensure_future(asyncio.to_thread(_import_all))


def _import_all() -> None:
    warm_up_parser()
    all_moves()
    for name in _LATER:
        import_module(name)
