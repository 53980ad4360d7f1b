"""Reads the limits an article sets. Pure: knows no Django; see `find_limits`."""

from .extractor import FoundLimit, find_limits
from .vocabulary import COMPARATORS, SHIPPED, Matter, Measure, Vocabulary

__all__ = [
    "COMPARATORS",
    "SHIPPED",
    "FoundLimit",
    "Matter",
    "Measure",
    "Vocabulary",
    "find_limits",
]
