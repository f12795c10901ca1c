"""The compiler's advice where its words do not fit the place: paths that it writes from the crate's root.

rustc prints `module::Type` for what is `crate::module::Type`, and often in scope as `Type` already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.brain.moves.move import Fix, Site, move
from engine.brain.moves.suggested import suggestions
from engine.rust.scope import names_in_scope

_PATH = re.compile(r"(?<![\w:.])(?!crate::|self::|super::|std::|core::|alloc::|::)((?:[a-z_]\w*::)+)(\w+(?:::\w+)*)")
_ADVISED = ("E0170", "E0277", "E0308", "E0369", "E0412", "E0425", "E0433", "E0599", "E0282", "E0283", "E0310")


@move("write-the-advised-path-from-here", *_ADVISED, prior=0.75)
def write_the_advised_path_from_here(site: Site) -> Iterator[Fix]:
    """Follows the compiler's advice with its paths shortened to what is in scope, or begun with `crate`."""
    if site.span is None:
        return
    known = {*names_in_scope(site.source, site.span.byte_start)}
    for _, fix in suggestions(site):
        text = "".join(edit.after for edit in fix.edits)
        found = _PATH.search(text)
        if found is None or found[1].split("::")[0] in known:
            continue
        inner = found[2].split("::")
        for after, weight in ((found[2], 1.1 if inner[0] in known else 0.7), (f"crate::{found[0]}", 0.8)):
            edits = tuple(edit.model_copy(update={"after": edit.after.replace(found[0], after)}) for edit in fix.edits)
            yield Fix(
                f"Do as the compiler says, with the path as it is called here: `{after}`.",
                edits,
                f"`{found[0]}` is the path from the crate's root",
                weight,
            )
