"""The word lists of the scan: text files beside this one, words apart by blanks, `#` for notes."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of the list `name`, in its order."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())
