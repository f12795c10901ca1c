"""The step that takes people out of code: addresses and home folders in comments and strings.

Lines that claim copyright or name authors stay: attribution needs the name and address as they were written. Addresses
that belong to nobody (example.org, noreply, a service's user) are no personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.corpus.clean.redaction import redacted
from engine.corpus.document import Document, Origin, Outcome, Verdict

ADDRESS = "name@example.org"
_ADDRESS = re.compile(
    r"(?<![\w.+/:@-])([A-Za-z0-9][\w.+-]{0,63})@((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[a-z]{2,12})(?![\w@-])"
)
_ATTRIBUTION = re.compile(r"(?i)copyright|©|\(c\)|\bauthors?\b|\blicen[cs]e|signed-off-by|maintainer|contributor")
_BY = re.compile(r"\b[Bb]y\s+[A-Z][\w.-]*\s+[A-Z]")
_NOBODY = re.compile(
    r"""(?i)(?:^|[.@])(?:example|test|invalid|localhost|domain|host|email|mail|server|foo|bar|baz|acme|company|corp)
    (?:\.[a-z.]+)?$|\.(?:test|example|invalid|local|localhost|rs|toml|md|txt|json|internal)$|noreply""",
    re.VERBOSE,
)
_SERVICES = frozenset(
    ("git", "hg", "svn", "user", "users", "username", "root", "admin", "postmaster", "nobody", "noreply", "no-reply")
)
_HOME = re.compile(r"(?<![\w.])(?:/home/|/Users/|[Cc]:\\{1,2}Users\\{1,2})([A-Za-z][\w.-]{1,31})(?=[/\\\"'\s:]|$)")
_EVERYBODY = frozenset(
    (
        *(
            "user",
            "users",
            "username",
            "root",
            "admin",
            "administrator",
            "guest",
            "default",
            "public",
            "shared",
            "home",
        ),
        *("me", "you", "name", "foo", "bar", "baz", "test", "tester", "example", "dev", "developer", "path", "rust"),
        *("runner", "runneradmin", "ubuntu", "vagrant", "vscode", "travis", "circleci", "linuxbrew", "app", "build"),
    )
)


class PersonalStep:
    """Replaces addresses by one that belongs to nobody, and the names of home folders."""

    name = "personal"
    version = 1

    def settings(self) -> Mapping[str, Any]:
        """What stands where an address stood."""
        return {"address": ADDRESS}

    def run(self, documents: Iterable[Document], origins: Mapping[str, Origin]) -> Iterator[Outcome]:
        """One outcome a document, the document redacted where something was found."""
        for document in documents:
            content = document.content
            told = b"@" in content or b"/home/" in content or b"Users" in content
            found = find_personal(content.decode("utf-8", errors="replace")) if told else {}
            if not found:
                yield Outcome(document)
                continue
            addresses = sum(new == ADDRESS for new in found.values())
            parts = ((addresses, "address"), (len(found) - addresses, "home folder"))
            detail = ", ".join(f"{count} × {kind}" for count, kind in parts if count)
            yield Outcome(
                redacted(document, found), (Verdict(document.id, self.name, "redact", "personal-data", detail),)
            )


def find_personal(text: str) -> dict[str, str]:
    """What says who somebody is, with what stands in its place; what attribution names is not among it."""
    found: dict[str, str] = {}
    kept: set[str] = set()
    for match in _ADDRESS.finditer(text):
        name, host = match[1].lower(), match[2].lower()
        if name in _SERVICES or _NOBODY.search(host) or "example" in name or "noreply" in name:
            continue
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if _ATTRIBUTION.search(line) or _BY.search(line):
            kept.add(match.group())
        else:
            found[match.group()] = ADDRESS
    for match in _HOME.finditer(text):
        if match[1].lower() not in _EVERYBODY:
            found[match.group()] = match.group()[: -len(match[1])] + "user"
    return {old: new for old, new in found.items() if old not in kept}
