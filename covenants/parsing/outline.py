"""Decides for a whole text which family of numbering means chapter, which article, which item.

Looks at the shape of the fragments only and changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .fragments import Fragment
from .markers import HEADING_KINDS, ITEM_KINDS, Kind

LONGEST_PART_TITLE = 24
_SENTENCE_MARK = re.compile(r"[。；;！!？?：:，,]")
_TOP_KINDS = (Kind.HAN, Kind.HAN_PAREN, Kind.NUMBER, Kind.NUMBER_PAREN, Kind.CIRCLED)


@dataclass(frozen=True, slots=True)
class Outline:
    """The kinds that open a chapter and the one that opens an article (None: no numbering)."""

    chapters: frozenset[Kind]
    article: Kind | None


def read_outline(fragments: Sequence[Fragment]) -> Outline:
    """第X章 and 第X条 wherever they occur; else the outermost numbering of the text."""
    kinds = Counter(fragment.kind for fragment in fragments)
    if kinds[Kind.ARTICLE]:
        if not kinds[Kind.CHAPTER] and _names_parts(fragments, Kind.HAN, {Kind.ARTICLE}):
            return Outline(HEADING_KINDS | {Kind.HAN}, Kind.ARTICLE)
        return Outline(HEADING_KINDS, Kind.ARTICLE)
    top = _outermost(fragments)
    if top is None:
        return Outline(HEADING_KINDS, None)
    inner = {kind for kind in ITEM_KINDS if kind > top}
    if not kinds[Kind.CHAPTER] and _names_parts(fragments, top, inner):
        return Outline(HEADING_KINDS | {top}, _first_kind_inside(fragments, top))
    return Outline(HEADING_KINDS, top)


def _outermost(fragments: Sequence[Fragment]) -> Kind | None:
    """The first numbered family; a family that merely nests deeper does not count."""
    for fragment in fragments:
        if fragment.kind in _TOP_KINDS and fragment.number == 1:
            return fragment.kind
    present = [fragment.kind for fragment in fragments if fragment.kind in ITEM_KINDS]
    return min(present) if present else None


def _names_parts(fragments: Sequence[Fragment], kind: Kind, inner: set[Kind]) -> bool:
    """Whether fragments of `kind` are short names, most of them followed by numbering inside."""
    names = followed = total = 0
    for fragment, following in zip(fragments, [*fragments[1:], None], strict=True):
        if fragment.kind is not kind:
            continue
        total += 1
        if len(fragment.text) <= LONGEST_PART_TITLE and not _SENTENCE_MARK.search(fragment.text):
            names += 1
            followed += following is not None and following.kind in inner
    return total > 0 and names == total and followed * 2 > total


def _first_kind_inside(fragments: Sequence[Fragment], chapter: Kind) -> Kind:
    """The kind that most often comes first after a part's name."""
    first = Counter(
        following.kind
        for fragment, following in zip(fragments, fragments[1:], strict=False)
        if fragment.kind is chapter and following.kind in ITEM_KINDS and following.kind > chapter
    )
    return first.most_common(1)[0][0]
