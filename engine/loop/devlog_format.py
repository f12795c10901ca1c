"""DevLogs as files people read and write: a YAML head, then Markdown.

    ---
    v: 1
    id: …
    outcome: fixed
    ---

    # The summary, as the title

    ## 1. The message of the diagnostic

    ```yaml
    diagnostic: …
    code: E0502
    ```

    ### Intent
    …

Prose is Markdown under its heading; what has a shape is a YAML block. Nothing is said twice, so there is nothing
to disagree: a text that Markdown could not give back exactly (control characters, blank edges) stands in the YAML
under its own name instead. Reading gives back what was written, field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from engine.errors import RecordError
from engine.schema.devlog import DevLog, Entry

# The prose of an entry, in the order it is read, and the heading it stands under.
_PROSE = {
    "intent": "Intent",
    "explanation": "Explanation",
    "reflection": "Reflection",
    "adr": "Decision record",
}
_BLOCKS = {"probes": "Probes", "patch": "Patch", "validation": "Validation"}
_ORDER = ("intent", "explanation", "probes", "patch", "validation", "reflection", "adr")
_TITLES = {**_PROSE, **_BLOCKS}
_NAMES = {title: name for name, title in _TITLES.items()}
_DEFAULTS = {
    name: [] if field.default == () else field.default
    for name, field in Entry.model_fields.items()
    if not field.is_required()
}
_HEADING = re.compile(r"# (?P<title>.+)|## (?P<number>\d+)\.(?: (?P<message>.*))?|### (?P<section>.+)")
_ESCAPED = re.compile(r"\\+#")
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")


def to_markdown(devlog: DevLog) -> str:
    """The DevLog as text. `from_markdown` gives the same DevLog back."""
    head = devlog.model_dump(mode="json", exclude={"entries", "summary"})
    title = _is_title(devlog.summary)
    if not title:
        head["summary"] = devlog.summary
    lines = ["---", _dump(head), "---", ""]
    if title:
        lines += [f"# {devlog.summary}", ""]
    for number, entry in enumerate(devlog.model_dump(mode="json")["entries"], 1):
        lines += _entry_lines(number, entry)
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry_lines(number: int, entry: dict[str, Any]) -> Iterator[str]:
    message = entry["message"]
    titled = _is_title(message)
    bodies = {name: body for name in _ORDER if (body := _section(name, entry[name])) is not None}
    # What reading fills in by itself is left out, which keeps the block short.
    told = {*bodies, "message"} if titled else {*bodies}
    facts = {name: value for name, value in entry.items() if name not in told and value != _DEFAULTS.get(name, ...)}
    yield from (f"## {number}. {message}" if titled else f"## {number}.", "")
    yield from ("```yaml", _dump(facts), "```")
    for name, body in bodies.items():
        yield from ("", f"### {_TITLES[name]}", "", body)
    yield ""


def _section(name: str, value: Any) -> str | None:
    """The text of a section, or None for what has to stand among the facts."""
    if not value:
        return None
    if name in _PROSE:
        return _escape(value) if _is_prose(value) else None
    if name == "patch":
        return _patch_section(value)
    return f"```yaml\n{_dump(value)}\n```"


def _patch_section(patch: dict[str, Any]) -> str:
    facts = dict(patch)
    blocks = []
    if _is_block(patch["diff"]):
        del facts["diff"]
        fence = _fence(patch["diff"])
        blocks = ["", f"{fence}diff\n{patch['diff']}{fence}"]
    return "\n".join(["```yaml", _dump(facts), "```", *blocks])


def _fence(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"^`{3,}", text, re.MULTILINE)), default=2)
    return "`" * max(longest + 1, 3)


def _is_prose(text: str) -> bool:
    return text != "" and text == text.strip() and _UNPRINTABLE.search(text) is None


def _is_title(text: str) -> bool:
    return _is_prose(text) and "\n" not in text


def _is_block(text: str) -> bool:
    return text.endswith("\n") and _UNPRINTABLE.search(text) is None


def _escape(text: str) -> str:
    """Prose lines that read like one of our headings get a backslash, as Markdown wants it."""
    return "\n".join("\\" + line if _HEADING.fullmatch(line.lstrip("\\")) else line for line in text.split("\n"))


def _unescape(text: str) -> str:
    def bare(line: str) -> str:
        return line[1:] if _ESCAPED.match(line) and _HEADING.fullmatch(line.lstrip("\\")) else line

    return "\n".join(bare(line) for line in text.split("\n"))


class _Dumper(yaml.SafeDumper):
    """Text of several lines as a block, which is how people write it, and what has no glyph escaped."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # Quoting is asked for because PyYAML folds some line separators it leaves unquoted (U+0085).
    style = '"' if _UNPRINTABLE.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


class _Loader(yaml.SafeLoader):
    """YAML without dates: a time in a DevLog is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text.removesuffix("\n")  # one only: the blank lines before it belong to a text


def from_markdown(text: str) -> DevLog:
    """Reads a DevLog, written by `to_markdown` or by hand.

    Raises `RecordError` with one line on what is wrong, `UnknownVersionError` for another version of the schema.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        raise RecordError("not a DevLog: it has to start with a YAML head between two lines of ---")
    end = lines.index("---", 1)
    fields = dict(_mapping("\n".join(lines[1:end]) + "\n", "the head"))
    entries: list[Mapping[str, Any]] = []
    for part in _parts(lines[end + 1 :]):
        if part.entry is None:
            if any(line.strip() for line in part.lead):
                raise RecordError("not a DevLog: there is text that belongs to no entry")
            if part.title:
                fields.setdefault("summary", part.title)
        else:
            entries.append(_entry_fields(part))
    return DevLog.read({**fields, "entries": entries})


@dataclass
class _Part:
    """A heading of the first or second level and what stands under it, by the sections of the third."""

    title: str = ""
    entry: int | None = None
    lead: list[str] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)


def _parts(lines: list[str]) -> Iterator[_Part]:
    part = _Part()
    into = part.lead
    fence, prose = "", False
    for line in lines:
        found = None if fence else _HEADING.fullmatch(line)
        fence = "" if prose else _fence_after(line, fence)
        if found is None:
            into.append(line)
        elif section := found["section"]:
            if part.entry is None or section not in _NAMES:
                raise RecordError(f"not a DevLog: a section {section!r} is not expected here")
            if section in part.sections:
                raise RecordError(f"not a DevLog: entry {part.entry} has two sections {section!r}")
            into = part.sections.setdefault(section, [])
            prose = _NAMES[section] in _PROSE
        else:
            yield part
            number = found["number"]
            part = _Part(found["title"] or found["message"] or "", int(number) if number else None)
            into, prose = part.lead, False
    yield part


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after a line. Only blocks hide headings: prose escapes its own."""
    if not fence:
        opened = re.fullmatch(r"(`{3,})(yaml|diff)", line)
        return opened[1] if opened else ""
    return "" if line == fence else fence


def _entry_fields(part: _Part) -> dict[str, Any]:
    where = f"entry {part.entry}"
    blocks, prose = _blocks(part.lead)
    if len(blocks) != 1 or blocks[0][0] != "yaml" or prose.strip():
        raise RecordError(f"not a DevLog: {where} has to start with one block of YAML and nothing else")
    fields = dict(_mapping(blocks[0][1], where))
    if part.title:
        fields.setdefault("message", part.title)
    for section, lines in part.sections.items():
        name = _NAMES[section]
        if name in _PROSE:
            fields[name] = _unescape("\n".join(lines).strip())
        else:
            fields[name] = _block_value(name, lines, f"{section} of {where}")
    return fields


def _block_value(name: str, lines: list[str], where: str) -> Any:
    blocks, prose = _blocks(lines)
    kinds = [kind for kind, _ in blocks]
    if kinds != ["yaml"] and not (name == "patch" and kinds == ["yaml", "diff"]):
        raise RecordError(f"not a DevLog: {where} has to be one block of YAML")
    if prose.strip():
        raise RecordError(f"not a DevLog: {where} has text outside its block")
    if name != "patch":
        return _load(blocks[0][1], where)
    patch = dict(_mapping(blocks[0][1], where))
    return {**patch, "diff": blocks[1][1]} if len(blocks) == 2 else patch


def _blocks(lines: list[str]) -> tuple[list[tuple[str, str]], str]:
    """The fenced blocks (kind, content with its last line end) and the text around them."""
    blocks: list[tuple[str, str]] = []
    around: list[str] = []
    fence, kind, inside = "", "", list[str]()
    for line in lines:
        after = _fence_after(line, fence)
        if not fence and after:
            kind, inside = line.lstrip("`"), []
        elif fence and not after:
            blocks.append((kind, "".join(f"{one}\n" for one in inside)))
        elif fence:
            inside.append(line)
        else:
            around.append(line)
        fence = after
    if fence:
        raise RecordError(f"not a DevLog: a block of {kind} is not closed")
    return blocks, "\n".join(around)


def _mapping(text: str, where: str) -> Mapping[str, Any]:
    value = _load(text, where)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise RecordError(f"not a DevLog: {where} has to be a YAML mapping")
    return value


def _load(text: str, where: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise RecordError(f"not a DevLog: {where} is not YAML{place}: {problem}") from error
