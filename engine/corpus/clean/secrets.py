"""The step that takes secrets out: keys and tokens in the forms that services issue them, found by detect-secrets.

One pass looks for the signs that such secrets begin with; only lines that have one are given to detect-secrets' own
detectors. Its guesses by entropy and by variable names are left out: in libraries they find test vectors and tables
far more often than secrets. A private key in full is cut out; one without an end takes its document with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from engine.corpus.clean.redaction import redacted
from engine.corpus.document import Document, Origin, Outcome, Verdict

if TYPE_CHECKING:
    from detect_secrets.plugins.base import RegexBasedDetector

_SIGNS = re.compile(
    rb"""AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9] | (?i:aws)[^\n]{0,20}(?i:key|pwd|pass|token) | AKC[a-zA-Z0-9]{10}
    | AP[0-9A-F]{8} | AccountKey= | ://[^\s/:@"']{1,64}:[^\s/@"']{1,64}@ | cloudant | gh[pousr]_[A-Za-z0-9]
    | gl[a-z]{2,6}-[A-Za-z0-9_-]{10} | eyJ[A-Za-z0-9_-]{5} | [0-9a-z]{32}-us[0-9] | _authToken | npm_
    | sk-[A-Za-z0-9_-]{10} | pypi-Ag | SG\.[\w-]{10} | xox[a-z]- | hooks\.slack\.com | sq0csp- | sk_live_ | rk_live_
    | [0-9]{8,10}:[0-9A-Za-z_-]{35} | AC[a-z0-9]{32} | SK[a-z0-9]{32} | [MNO][a-zA-Z\d_-]{23,25}\.[a-zA-Z\d_-]{6}\.
    | -----BEGIN\ [A-Z\ ]{0,20}PRIVATE\ KEY""",
    re.VERBOSE,
)
_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY(?: BLOCK)?)-----(?P<body>.*?)-----END (?P=kind)-----", re.DOTALL
)
_BEGIN = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?=\s*(?:\\n)?\s*[A-Za-z0-9+/=]{40})")
# What documentation writes where a secret would stand.
_PLACEHOLDER = re.compile(
    r"""(?i)example|sample|dummy|placeholder|changeme|your[-_]|x{6}|\*{3}|^[<{$%\[]
    |^(?:pass(?:word|wd)?|pw[d]?|secret|user(?:name)?|root|admin|postgres|test(?:ing)?|foo|bar|abc|1234\w*|token|p|pass:?\w?)$""",
    re.VERBOSE,
)
_LOGIN = "Basic Auth Credentials"
SHORTEST = 6
_NAMES = (
    *("AWSKeyDetector", "ArtifactoryDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "CloudantDetector"),
    *("DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector", "MailchimpDetector"),
    *("NpmDetector", "OpenAIDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector", "SquareOAuthDetector"),
    *("StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector"),
)


class SecretStep:
    """Replaces secrets by as many ``X``; a verdict names each kind that was found."""

    name = "secrets"
    version = 1

    def settings(self) -> Mapping[str, Any]:
        """The detectors, and whose they are."""
        return {"detect-secrets": version("detect-secrets"), "detectors": list(_NAMES)}

    def run(self, documents: Iterable[Document], origins: Mapping[str, Origin]) -> Iterator[Outcome]:
        """One outcome a document, the document redacted where something was found."""
        for document in documents:
            yield self._outcome(document) if _SIGNS.search(document.content) else Outcome(document)

    def _outcome(self, document: Document) -> Outcome:
        text = document.content.decode("utf-8", errors="replace")
        found = find_secrets(text)
        if _BEGIN.search(_KEY.sub("", text)):
            detail = "it begins a private key that does not end"
            return Outcome(None, (Verdict(document.id, self.name, "drop", "secret", detail),))
        if not found:
            return Outcome(document)
        kinds: dict[str, int] = {}
        for kind in found.values():
            kinds[kind] = kinds.get(kind, 0) + 1
        detail = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items()))
        cleaned = redacted(document, {secret: _crossed_out(secret) for secret in found})
        return Outcome(cleaned, (Verdict(document.id, self.name, "redact", "secret", detail),))


def find_secrets(text: str) -> dict[str, str]:
    """The secrets in a text with the kind of each."""
    found = {match["body"]: "Private Key" for match in _KEY.finditer(text) if len(match["body"].strip()) >= 40}
    data = text.encode()
    lines = {_line(data, match.start()) for match in _SIGNS.finditer(data)}
    for line in sorted(lines):
        for plugin in _plugins():
            for secret in _told(plugin, line):
                if len(secret) >= SHORTEST and not _PLACEHOLDER.search(secret) and not _harmless(plugin, line, secret):
                    found[secret] = str(plugin.secret_type)
    return found


def _told(plugin: RegexBasedDetector, line: str) -> set[str]:
    """What a detector finds in a line. Some tell only the prefix of a token: then it is taken as it stands there."""
    found = set(plugin.analyze_string(line))
    if plugin.secret_type != _LOGIN and any(len(secret) < SHORTEST for secret in found):
        found = {match.group() for pattern in plugin.denylist for match in pattern.finditer(line)}
    return found


def _harmless(plugin: RegexBasedDetector, line: str, secret: str) -> bool:
    """A password in the address of a machine that nobody else can reach, or of no machine at all."""
    if plugin.secret_type != _LOGIN:
        return False
    host = line.partition(f"{secret}@")[2]
    return (
        re.match(r"(?i)(?:localhost|127\.|0\.0\.0\.0|\[?::1|[\w.-]*example|[\w.-]*\.test\b|[{<$%]|host|foo|bar)", host)
        is not None
    )


def _crossed_out(secret: str) -> str:
    return re.sub(r"[A-Za-z0-9+/=_.-]", "X", secret)


def _line(data: bytes, place: int) -> str:
    start, end = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
    return data[start : end if end >= 0 else len(data)].decode("utf-8", errors="replace")


@lru_cache(maxsize=1)
def _plugins() -> tuple[RegexBasedDetector, ...]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    classes: Iterable[type[RegexBasedDetector]] = get_mapping_from_secret_type_to_class().values()
    known = {detector.__name__: detector for detector in classes}
    return tuple(known[name]() for name in _NAMES)
