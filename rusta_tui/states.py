"""What a pane says when it has nothing else to say: empty, waiting, broken, over. Each names the next key."""

from __future__ import annotations

from rusta_tui.desk import Desk
from rusta_tui.lines import BLANK, Line, seconds, wrap
from rusta_tui.sessions import ago


def empty_queue(desk: Desk, *, filtered: bool) -> list[Line]:
    """Why the queue has no rows."""
    if filtered:
        return [((" nothing matches", "dim"),), ((" / changes the filter, esc clears it", "dim"),)]
    if desk.check_runs:
        return [((" cargo is checking…", "dim"),)]
    if desk.trouble or desk.found.errors:
        return [((" ! could not check", "bad"),), ((" c tries again", "dim"),)]
    return [((" ✓ clean: nothing to mend", "good"),), ((" c checks again", "dim"),)]


def idle(desk: Desk, width: int, since: float) -> list[Line]:
    """The large pane before there is a finding to show."""
    if desk.check_runs:
        command = desk.found.job.command if desk.found.job else "cargo check"
        return [
            (("Waiting for ", "dim"), (command or "cargo check", "strong"), (f"  {seconds(since)}", "voice")),
            BLANK,
            *(
                ((text, "dim"),)
                for text in wrap(
                    "Findings show in the queue as cargo reports them. The first check of a repository builds its "
                    "dependencies once, in Rusta's own target folder; yours is not touched.",
                    width,
                )
            ),
        ]
    return [
        (("✓ ", "good"), ("This repository compiles.", "strong")),
        BLANK,
        (("c checks again · A looks for warnings and clippy's findings, too · 2 past sessions", "dim"),),
    ]


def start_hint(desk: Desk) -> list[Line]:
    """Under a finding: what can be done with it."""
    if desk.busy:
        return [(("a session is running: i shows its timeline", "dim"),)]
    return [(("⏎ starts on this one · A on all of them", "dim"),)]


def starting(desk: Desk) -> list[Line]:
    """Between the key and the first event."""
    purpose = desk.running.purpose if desk.running else "fix"
    words = {
        "fix": "Opening a session",
        "resume": "Picking the session up",
        "replay": "Reading the session",
        "undo": "Undoing",
    }
    return [((words.get(purpose, "Starting") + "…", "dim"),)]


def trouble(desk: Desk, width: int) -> list[Line]:
    """What broke, what was saved, the next key."""
    lines: list[Line] = []
    for error in desk.found.errors:
        lines += [
            (("! " if index == 0 else "  ", "bad"), (text, "strong"))
            for index, text in enumerate(wrap(error.text, width - 2))
        ]
        lines += [(("  → ", "dim"), (text, "text")) for text in wrap(error.fix, width - 4)] if error.fix else []
    if desk.trouble:
        lines += [(("! ", "bad"), (text, "strong")) for text in wrap(desk.trouble, width - 2)]
    return [*lines, BLANK, (("Nothing of yours was touched. ", "dim"), ("c tries again · q quits", "dim"))]


def unfinished(desk: Desk, width: int) -> list[Line]:
    """The offer to go on with a session that was left before its end."""
    past = desk.unfinished
    if past is None or desk.busy:
        return []
    return [
        (("◆ ", "wait"), (f"Session {past.id} was left before its end, {ago(past.at)}", "strong")),
        (("  R goes on with it from its last event", "wait"),),
        BLANK,
    ]


def ending(desk: Desk, width: int) -> list[Line]:
    """Under a timeline that moves no more: what it came to and the next key."""
    view = desk.view
    if desk.busy:
        return []
    lines: list[Line] = [BLANK]
    if desk.trouble:
        lines += [(("! ", "bad"), (text, "strong")) for text in wrap(desk.trouble, width - 2)]
    if not view.over and not view.session:
        lines.append((("No session was opened, so there is nothing to take back. c checks again", "dim"),))
    elif not view.over:
        lines += [
            (("! ", "bad"), ("The engine ended before the session did.", "strong")),
            (("  Every event so far is stored. ", "dim"), ("R goes on from the last one", "wait")),
        ]
    elif view.commit and view.commit.status == "done" and not view.undone:
        ref = view.commit.ref.removeprefix("refs/heads/")
        if view.commit.landed == "branch":
            lines.append((("yours to merge: ", "dim"), (f"git merge {ref}", "strong")))
        lines.append((("u takes the commit back · ⏎ starts the next · c checks again", "dim"),))
    elif partial := _others_in_package(desk):
        more = f"{partial} more error{'s' if partial > 1 else ''}"
        words = f"Its package has {more}, and nothing lands before all of it is green."
        lines += [((text, "text"),) for text in wrap(words, width)]
        lines.append((("A starts on all of them · c checks again · i shows the finding", "dim"),))
    else:
        lines.append((("⏎ starts the next · c checks again · i shows the finding", "dim"),))
    return lines


def _others_in_package(desk: Desk) -> int:
    """How many errors kept a patch that was progress from being green; 0 when that was not the reason."""
    log, patches = desk.view.log, list(desk.view.patches.values())
    checks = patches[-1].validation if patches else None
    if log is None or log.outcome != "abstained" or checks is None or checks.green or not checks.progress:
        return 0
    return checks.remaining
