"""The situations a new site begins with; editors change them and add their own. No Django here."""

import tomllib
from pathlib import Path

_FILE = Path(__file__).with_name("shipped.toml")
_DEFAULTS = {"words": "", "weak": "", "ignored": "", "scopes": "", "council": "", "report": ""}


def shipped_situations() -> list[dict]:
    """Values of each situation, in order.

    slug, icon, name, question, explanation, council, report; words, weak, ignored, scopes (lists
    of words between 、); matters (keys of what limits are about).
    """
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["situation"]
    return [{"matters": [], **_DEFAULTS, **row} for row in rows]
