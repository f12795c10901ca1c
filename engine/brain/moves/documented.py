"""What the documentation of a trait lists: the value that is left when each sibling has taken its own.

Only where the comment on the trait's own method enumerates what the implementations give ("csv, tsv, md"), all the
siblings' values are on that list, and one is left over. E0046.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.brain.invention import documentation_of, sibling_bodies
from engine.brain.moves.move import Fix, Site, move, ticks
from engine.rust.tree import base_name, item_name, text_of

_STRING = re.compile(r'\{\s*"([^"\\]+)"\s*\}')
_LIST = re.compile(r"[\w./+-]+(?:\s*,\s*(?:and |or )?[\w./+-]+)+(?:,?\s+(?:and|or)\s+[\w./+-]+)?")


@move("give-what-the-documentation-lists", "E0046", prior=0.75)
def give_what_the_documentation_lists(site: Site) -> Iterator[Fix]:
    """Writes a missing method that gives the one value of the documentation's list that no sibling gives."""
    holder = site.around(site.node, "impl_item")
    missing = ticks(site.diagnostic.message.split("missing:", 1)[-1])
    span = next(iter(site.labelled("from trait")), None)
    if holder is None or len(missing) != 1 or span is None:
        return
    body = holder.child_by_field_name("body")
    signature = text_of(site.node_of(span)).rstrip("; \n")
    siblings = dict(sibling_bodies(site, base_name(holder.child_by_field_name("trait")), missing[0]))
    given = [found[1] for each in siblings.values() if (found := _STRING.fullmatch(each))]
    left = _left_over(" ".join(documentation_of(site, missing[0])), given)
    if body is None or len(given) < 2 or len(given) != len(siblings) or len(left) != 1:
        return
    inner = site.indent(holder.start_byte) + "    "
    lines = [f"{signature} {{", f'    "{left[0]}"', "}"]
    text = "".join(f"{site.newline}{inner}{line}" for line in lines)
    gap = site.newline if body.named_children else ""
    yield Fix(
        f"Give `{item_name(holder)}` `{missing[0]}`: `{left[0]}`, as the documentation lists it.",
        (site.insert(body.end_byte - 1, f"{gap}{text.removeprefix(site.newline)}{site.newline}"),),
        f"`{item_name(holder)}` lacks `{missing[0]}`; of what the documentation lists, `{left[0]}` is left",
    )


def _left_over(text: str, given: list[str]) -> list[str]:
    """Of the first enumeration that holds everything given, what is left over."""
    for found in _LIST.finditer(text):
        items = [
            re.sub(r"^(?:and|or)\s+", "", item).strip(".") for item in re.split(r"\s*,\s*|\s+(?:and|or)\s+", found[0])
        ]
        if set(given) <= set(items):
            return [item for item in items if item and item not in given]
    return []
