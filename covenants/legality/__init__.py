"""Hints at what in a rule may be against the law. Pure: knows no Django.

`find_hits` for one article, `lint` for a parsed text. A hint is for a human reviewer and never a
verdict. Rules are data (`Book`), shipped in `shipped.toml`.
"""

from .book import AMBER, GREY, LEVELS, LISTS, RED, Book, BookFault, Ground, Rule, version_of
from .engine import Hit, find_hits
from .patterns import PatternFault, parse_patterns, split_list
from .shipped import shipped_book
from .whole_text import WholeText, lint, whole_text_hits

__all__ = [
    "AMBER",
    "GREY",
    "LEVELS",
    "LISTS",
    "RED",
    "Book",
    "BookFault",
    "Ground",
    "Hit",
    "PatternFault",
    "Rule",
    "WholeText",
    "find_hits",
    "lint",
    "parse_patterns",
    "shipped_book",
    "split_list",
    "version_of",
    "whole_text_hits",
]
