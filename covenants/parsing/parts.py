"""Finds names of parts that stand on a line of their own without a number: 社会治安.

Turns such text fragments into headings; touches nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .fragments import Fragment
from .markers import ITEM_KINDS, PART_NAMES, Kind, compact
from .outline import Outline
from .places import is_name_of_part
from .wrapping import ends_sentence

FEWEST_PARTS = 2


def is_part_name(fragment: Fragment) -> bool:
    """Whether a line is a part's name that needs no neighbours to be known (总则, 附则)."""
    return fragment.kind is Kind.TEXT and is_standard(fragment)


def name_parts(
    fragments: Sequence[Fragment], outline: Outline, above: Fragment | None
) -> list[Fragment]:
    """The fragments with named parts as PART.

    A short name counts when an article follows and a sentence ended before it; where the articles
    are 一、 or 1. they must start again below it. One name alone is a paragraph, unless `above`,
    the line before the first article, is another; and where nearly every article has such a line
    above it, the lines are no parts.
    """
    found = {i for i in range(len(fragments)) if _heads_part(fragments, i, outline)}
    articles = sum(fragment.kind is outline.article for fragment in fragments)
    named = [i for i in found if not is_part_name(fragments[i])]
    names = len(found) + bool(above and _has_part_shape(above))
    alone = outline.article is Kind.ARTICLE and names < FEWEST_PARTS
    if alone or len(named) * 3 > articles * 2:
        found.difference_update(named)
    return [
        replace(fragment, kind=Kind.PART) if index in found else fragment
        for index, fragment in enumerate(fragments)
    ]


def names_first_part(fragment: Fragment, body: Sequence[Fragment]) -> bool:
    """Whether the line right before the body is the name of its first part, as others follow."""
    others = any(f.kind is Kind.PART and not f.label and not is_standard(f) for f in body)
    return others and bool(body) and body[0].kind is not Kind.PART and _has_part_shape(fragment)


def is_standard(fragment: Fragment) -> bool:
    return compact(fragment.text) in PART_NAMES


def _has_part_shape(fragment: Fragment) -> bool:
    whole = fragment.starts_line and not fragment.continues
    return whole and is_name_of_part(fragment.text.rstrip("：:"))


def _heads_part(fragments: Sequence[Fragment], index: int, outline: Outline) -> bool:
    fragment = fragments[index]
    if fragment.kind is not Kind.TEXT:
        return False
    if is_part_name(fragment):
        return True
    following = fragments[index + 1] if index + 1 < len(fragments) else None
    if following is None or following.kind is not outline.article or not following.starts_line:
        return False
    if outline.article in ITEM_KINDS and following.number != 1:
        return False
    if index and outline.article is Kind.ARTICLE and not ends_sentence(fragments[index - 1].text):
        return False
    return _has_part_shape(fragment)
