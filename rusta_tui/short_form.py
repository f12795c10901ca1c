"""The same session in five words a task: Say, Explain, Do, Undo, Reflect."""

from __future__ import annotations

from engine.schema.event import LogEvent
from rusta_tui.diff import parse
from rusta_tui.lines import BLANK, Line, Role, Span, fit, seconds, spark, wrap
from rusta_tui.moments import ending
from rusta_tui.story import INDENT, heading_of
from rusta_tui.view import PatchState, Task, View

_WORDS = ("Say", "Explain", "Do", "Undo", "Reflect")


def short_lines(view: View, width: int) -> list[Line]:
    """The session folded: what each state of the loop came to, under the word the mentor knows it by."""
    out: list[Line] = []
    for task in view.tasks.values():
        out += [BLANK] if out else []
        out.append(heading_of(view, task.id, width))
        room = width - INDENT
        bodies = (
            _say(task, room),
            _explain(view, task, room),
            _do(view, task, room),
            _undo(view, task),
            _reflect(task, room),
        )
        for word, body in zip(_WORDS, bodies, strict=True):
            out += _block(word, body, width)
    if view.ask:
        out += [BLANK, (("  ◆ ", "wait"), ("waits for you", "strong"), (" · r opens it", "wait"))]
    if view.log:
        out += [BLANK, _ending(view.log)]
    return out


def _block(word: str, body: list[Line], width: int) -> list[Line]:
    mark: Span = ("✓ ", "good") if body else ("○ ", "dim")
    first = body[0] if body else ()
    pad: Line = ((" " * INDENT, "text"),)
    head: Line = ((" ", "text"), mark, (f"{word:<13}", "text" if body else "dim"))
    return [fit((*head, *first), width), *(fit((*pad, *line), width) for line in body[1:])]


def _say(task: Task, width: int) -> list[Line]:
    if task.intent is None:
        return []
    return [((text, "voice"),) for text in wrap(f"“{task.intent.text}”", width)]


def _explain(view: View, task: Task, width: int) -> list[Line]:
    lines: list[Line] = []
    if task.explanation:
        lines += [((text, "text"),) for text in wrap(task.explanation.text, width)]
    if task.hypotheses:
        best = max(task.hypotheses.values(), key=lambda hypothesis: hypothesis.confidence)
        others = f"  of {len(task.hypotheses)}" if len(task.hypotheses) > 1 else ""
        lines.append(
            (
                (f"{best.statement} ", "text"),
                (f"{best.confidence:.2f} ", "strong"),
                (spark(task.confidence[-24:]), "voice"),
                (others, "dim"),
            )
        )
    probes = [
        event
        for step in view.steps
        if step.task == task.id
        for event in step.events
        if event.kind == "probe" and event.status == "done"
    ]
    if probes:
        total = sum(probe.seconds for probe in probes)
        lines.append(((f"{len(probes)} probe{'s' if len(probes) > 1 else ''}, {seconds(total)}", "dim"),))
    return lines


def _patches(view: View, task: Task) -> list[PatchState]:
    return [state for state in view.patches.values() if state.event.task == task.id]


def _do(view: View, task: Task, width: int) -> list[Line]:
    lines: list[Line] = []
    for state in _patches(view, task):
        diff = parse(state.event.patch.diff)
        role: Role = "dim" if state.undone else "text"
        line: list[Span] = [
            (", ".join(state.event.patch.paths), role),
            (f"  +{diff.added}", "good"),
            (f" −{diff.removed}", "bad"),
        ]
        if state.validation:
            checks = state.validation
            word = "green" if checks.green else "progress" if checks.progress else "red"
            line.append((f"  {word}", "good" if word != "red" else "bad"))
            line += [(f" · {check.summary} {seconds(check.seconds)}", "dim") for check in checks.steps]
        lines.append(fit(tuple(line), width))
    return lines


def _undo(view: View, task: Task) -> list[Line]:
    lines: list[Line] = []
    for state in _patches(view, task):
        if state.undone:
            lines.append((("taken back, byte-exact", "wait"),))
        elif view.undone:
            lines.append((("commit taken back", "wait"),))
        elif view.commit and view.commit.status == "done":
            ref = view.commit.ref.removeprefix("refs/heads/")
            lines.append((("committed on ", "dim"), (ref, "strong"), (" · u takes it back", "dim")))
        elif state.event.proven:
            lines.append((("proven: its inverse gives every byte back", "dim"),))
    return lines


def _reflect(task: Task, width: int) -> list[Line]:
    if task.reflection is None:
        return []
    named: Line = ((f"{task.reflection.move} · ", "dim"),) if task.reflection.move else ()
    first, *more = wrap(task.reflection.text, width - sum(len(text) for text, _ in named))
    return [(*named, (first, "text")), *(((text, "text"),) for text in more)]


def _ending(log: LogEvent) -> Line:
    mark, words, role = ending(log)
    where = f" on {log.branch.removeprefix('refs/heads/')}" if log.branch else ""
    return ((f"  {mark} ", role), (words + where, role))
