"""The rules a new site begins with; county administrators change them. No Django here."""

import tomllib
from functools import cache
from pathlib import Path

from .book import Book, book_from_data

_FILE = Path(__file__).with_name("shipped.toml")


def shipped_data() -> dict:
    """{"lists": {name: words}, "rules": [values of `Rule`, in order]}.

    A rule without grounds of its own has those that the file names for all.
    """
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    common = {name: words.strip() for name, words in data["common"].items()}
    rules = [{**common, **row} for row in data["rules"]]
    for row in rules:
        row["patterns"] = row.get("patterns", "").strip()
        row["grounds"] = [ground for name in row["grounds"] for ground in data["grounds"][name]]
    return {"lists": data["lists"], "rules": rules}


@cache
def shipped_book() -> Book:
    """The shipped rules as a book."""
    return book_from_data(shipped_data())
