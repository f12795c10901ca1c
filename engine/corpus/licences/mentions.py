r"""The names that licences go by in prose, and the identifiers they stand for.

Patterns are verbose regular expressions, blind to case; a blank in a name is written ``\s+`` because prose is wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

ANY_LATER = re.compile(
    r"""(?:either\s+)?version\s+[\d.]+[^.]{0,60}?(?:any|\(?at\s+your\s+option\)?)[^.]{0,25}?\blater\b(?:\s+version)?
    |\bor\s+(?:\(?at\s+your\s+option\)?\s+)?(?:any\s+)?later\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LOWEST = {"GPL": "1.0", "LGPL": "2.0", "AGPL": "3.0"}
_NUMBER = re.compile(r"(?:version|v\.?|GPL)[\s-]*([123](?:\.[01])?)\b\+?", re.IGNORECASE)
_NEXT = re.compile(r"public\s+licen[cs]e", re.IGNORECASE)


def _gnu(match: re.Match[str], text: str) -> str:
    kind = (match["kind"] or "").lower()
    family = "AGPL" if kind == "affero" else "LGPL" if kind in ("lesser", "library") else "GPL"
    # The number stands behind the name, but before the name of another licence.
    return _numbered(family, _NEXT.split(text[match.end() : match.end() + 400])[0])


def _gnu_short(match: re.Match[str], text: str) -> str:
    return _numbered(match["short"].upper(), text[match.start() : match.end() + 40])


def _numbered(family: str, near: str) -> str:
    """The identifier with its version; without one, what the oldest version "or later" allows."""
    number = _NUMBER.search(near)
    if number is None:
        return f"{family}-{_LOWEST[family]}-or-later"
    version = number[1] if "." in number[1] else f"{number[1]}.0"
    version = {"LGPL-1.0": "2.0", "GPL-1.1": "1.0", "AGPL-2.0": "3.0"}.get(f"{family}-{version}", version)
    return f"{family}-{version}-{'or-later' if ANY_LATER.search(near) or number[0].endswith('+') else 'only'}"


def _versioned(prefix: str, otherwise: str = "") -> Callable[[re.Match[str], str], str]:
    """Reads the first group that matched as the version."""
    return lambda match, _: f"{prefix}-{next((part for part in match.groups() if part), otherwise)}"


_APACHE = r"apache (?:\s+(?:software\s+)?licen[cs]e)? ,?\s* \(? \s* (?:version|v\.?|ver\.?)? \s* 2(?:\.0)? \)?"
_Reading = str | Callable[[re.Match[str], str], str]
_MENTIONS: tuple[tuple[re.Pattern[str], _Reading], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.VERBOSE), reading)
    for pattern, reading in (
        (rf"{_APACHE} \s+with\s+(?:the\s+)?llvm[\s-]exceptions?", "Apache-2.0 WITH LLVM-exception"),
        (rf"{_APACHE} (?![.\d])", "Apache-2.0"),
        (
            r"""apache[-\s]2(?:\.0)?\b | licenses/LICENSE-2\.0 | \bASL\s*2\.0 | LICENSE-APACHE\b
            | \bapache\s+licen[cs]e\b (?!\s*,?\s*\(?(?:version|v)?\s*1)""",
            "Apache-2.0",
        ),
        (
            r"""\bMIT[\s-]+licen[cs]e | \bMIT/X11 | \bMIT\b(?=\s*(?:or|and|/|,|terms|\)|or-later|\.?\s*$))
            | \bMIT[-\s]style | opensource\.org/licenses?/MIT | \bLICENSE-MIT\b | \blicen[cs]e:?\s+MIT\b
            | (?<=or\ )MIT\b | \bunder\s+(?:the\s+)?MIT\b""",
            "MIT",
        ),
        (
            r"mozilla\s+public\s+licen[cs]e,?\s*(?:version|v\.?)?\s*2(?:\.0)? | \bMPL[-\s]?(?:v\.?\s*)?2(?:\.0)?\b",
            "MPL-2.0",
        ),
        (r"mozilla\s+public\s+licen[cs]e,?\s*(?:version|v\.?)?\s*1\.1", "MPL-1.1"),
        (r"gnu\s+(?:(?P<kind>lesser|library|affero)\s+)?general\s+public\s+licen[cs]e", _gnu),
        (r"(?<![\w-])(?P<short>A?GPL|LGPL)(?=[\s,.;)v/+-]|$)", _gnu_short),
        (r"boost\s+software\s+licen[cs]e | \bBSL-1\.0", "BSL-1.0"),
        (
            r"""\b(?:3|three)[-\s]clause\s+(?:"?new"?\s+)?BSD | \bBSD[-\s](?:3|three)[-\s]clause
            | (?:modified|new)\s+BSD\s+licen[cs]e""",
            "BSD-3-Clause",
        ),
        (
            r"\b(?:2|two)[-\s]clause\s+BSD | \bBSD[-\s](?:2|two)[-\s]clause | simplified\s+BSD\s+licen[cs]e",
            "BSD-2-Clause",
        ),
        (r"\bISC\s+licen[cs]e", "ISC"),
        (r"\bzlib\s+licen[cs]e", "Zlib"),
        (r"\bCC0\b | creative\s*commons\.org/publicdomain/zero", "CC0-1.0"),
        (r"\bunlicense\b | unlicense\.org", "Unlicense"),
        (
            r"""creative\s*commons\s+attribution[-\s]share\s*-?alike\s+([234]\.[05])
            | \bCC[-\s]BY[-\s]SA[-\s]([234]\.[05])
            | licenses/by-sa/([234]\.[05])""",
            _versioned("CC-BY-SA"),
        ),
        (r"\bCC[-\s]BY[-\s]([34]\.0) | licenses/by/([34]\.0)", _versioned("CC-BY")),
        (r"\bEclipse\s+Public\s+Licen[cs]e(?:\s*,?\s*(?:v\.?|version)?\s*([12]\.0))?", _versioned("EPL", "1.0")),
        (r"(?:in(?:to)?|to)\s+the\s+public\s+domain", "LicenseRef-scancode-public-domain"),
    )
)


def mentions(text: str) -> list[tuple[int, int, str]]:
    """The licences that a text names, in order: start and end in characters, and the identifier."""
    found: list[tuple[int, int, str]] = []
    for pattern, reading in _MENTIONS:
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                name = reading if isinstance(reading, str) else reading(match, text)
                found.append((match.start(), match.end(), name))
    return sorted(found)


def without_vague(names: list[str]) -> tuple[str, ...]:
    """The names once each; a GNU licence named again without its version is the one that had a version."""
    vague = {f"{family}-{version}-or-later": family for family, version in _LOWEST.items()}
    exact = {name.split("-")[0] for name in names if name not in vague}
    return tuple(dict.fromkeys(name for name in names if vague.get(name) not in exact))
