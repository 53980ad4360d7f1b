"""The one scan for personal data: what may not stand in anything published.

Knows no Django. `scan(text)` for plain text, `scan_markup(html)` for rich text.
"""

from .scanner import (
    AMBER,
    CONTACTS,
    KINDS,
    RED,
    Finding,
    contact_key,
    masked_text,
    scan,
    scan_markup,
)
from .version import rules_version

__all__ = [
    "AMBER",
    "CONTACTS",
    "KINDS",
    "RED",
    "Finding",
    "contact_key",
    "masked_text",
    "rules_version",
    "scan",
    "scan_markup",
]
