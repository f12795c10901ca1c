"""A corpus's licences as an SPDX 2.3 document (https://spdx.github.io/spdx-spec/v2.3), one package an origin."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path

from engine.corpus.package.bundle import shipped
from engine.corpus.package.manifest import Manifest
from engine.corpus.shard import whole

NAME = "spdx.json"
_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")
_CREATED = "1970-01-01T00:00:00Z"  # the document is made again byte for byte, so it names no moment


def write_spdx(out: Path, manifest: Manifest) -> None:
    """Writes the summary from the ledger."""
    terms: dict[str, set[str]] = defaultdict(set)
    copyrights: dict[str, set[str]] = defaultdict(set)
    for row in shipped(out):
        terms[row["origin"]].add(row["spdx"] or "NOASSERTION")
        copyrights[row["origin"]].update(row["copyrights"])
    packages = [
        {
            "SPDXID": f"SPDXRef-{_PLAIN.sub('-', origin)}-{hashlib.sha256(origin.encode()).hexdigest()[:8]}",
            "name": origin,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": " AND ".join(f"({term})" if " " in term else term for term in sorted(terms[origin])),
            "licenseDeclared": "NOASSERTION",
            "copyrightText": "\n".join(sorted(copyrights[origin])) or "NOASSERTION",
        }
        for origin in sorted(terms)
    ]
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": manifest.name,
        "documentNamespace": f"urn:sha256:{manifest.corpus}",
        "creationInfo": {"created": _CREATED, "creators": [f"Tool: rusta-{manifest.rusta}"]},
        "packages": packages,
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": one["SPDXID"]}
            for one in packages
        ],
    }
    with whole(out / NAME) as new:
        new.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
