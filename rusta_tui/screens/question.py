"""Her question, and room for the mentor's answer."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from engine.schema.event import AskEvent
from rusta_tui.desk import Desk
from rusta_tui.screens.line_input import LineInputScreen


class QuestionScreen(LineInputScreen):
    """Asks, and sends the answer to the engine. Escape leaves the question open; `r` opens it again."""

    def __init__(self, desk: Desk, ask: AskEvent) -> None:
        finding = desk.view.findings.get(ask.task or "")
        about = (
            f"{finding.diagnostic.label} {finding.diagnostic.where}\n{finding.diagnostic.message}\n\n"
            if finding
            else ""
        )
        questions = "\n".join(f"{index}. {text}" for index, text in enumerate(ask.questions, 1))
        text = questions if len(ask.questions) > 1 else "".join(ask.questions)
        super().__init__("Rusta asks", about + text, hint="your answer, in a line", needed=True)
        self._desk, self._ask = desk, ask

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        from engine.schema.decision import Answer

        if event.value.strip() and not self._desk.send(Answer(ask=self._ask.id, text=event.value.strip())):
            self.notify("nobody took the answer: the engine has ended", severity="error")
