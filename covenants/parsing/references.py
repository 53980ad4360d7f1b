"""Tells words that mention an article or an item (第二十七条规定) from the numbering itself.

Looks only at what stands right after a marker; the place before it is judged elsewhere.
"""

from __future__ import annotations

import re

_ARTICLE_MENTIONED = re.compile(
    r"\s{0,4}(?:第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}[款项項目]|[之的]?[规規]定"
    r"|所[列述称稱指规規]|[之中]所|、第|[至到和及或与與](?:第|本)|以[上下内外內]|[款项項目]|的(?!确))"
)
_ITEM_MENTIONED = re.compile(r"\s{0,4}(?:[款项項条條]|等[款项項条條])")
_ARTICLE_AS_SUBJECT = frozenset("由也是同与與和及或所中办辦执執处處")


def mentions_article(text: str, position: int) -> bool:
    """Whether the words after 第三条 or 第一章 (ending at `position`) make it a reference."""
    return bool(_ARTICLE_MENTIONED.match(text, position))


def mentions_item(text: str, position: int) -> bool:
    """Whether the words after （一） make it a reference: （一）项."""
    return bool(_ITEM_MENTIONED.match(text, position))


def goes_on_as_subject(text: str, position: int) -> bool:
    """Whether 第三条 is the subject of a sentence: 第三条由, 第三条同."""
    return text[position : position + 1] in _ARTICLE_AS_SUBJECT
