"""The one scan for personal data: what may not stand in anything published.

Knows no Django. `scan(text)` for plain text, `scan_markup(html)` for rich text.
"""

from .scanner import AMBER, KINDS, RED, Finding, masked_text, scan, scan_markup

__all__ = ["AMBER", "KINDS", "RED", "Finding", "masked_text", "scan", "scan_markup"]
