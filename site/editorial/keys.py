"""Numbers of rows in what somebody sends, as Django and Wagtail read them."""

from collections.abc import Iterable

from django.contrib.admin.utils import unquote

GREATEST = 2**63 - 1
"""No database holds a greater one; they are nobody's."""


def keys_in(values: Iterable) -> set[int]:
    """Every number that `values` may be read as.

    Not only digits: `int` takes "+12", " 12", "1_2", "0012" and "１２" as well, and Wagtail's views
    "_2B12", which is how Django's admin writes "+12" in an address.
    """
    found = (_number(text) for value in values for text in (str(value), unquote(str(value))))
    return {number for number in found if number is not None}


def _number(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if 0 <= number <= GREATEST else None
