"""The lines of an article with what stands above each. No Django here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of an article's plain text.

    `start` is its place in the plain text, `text` the line with its item's label. `above` are
    the texts it stands under, nearest first; `below` the lines that stand under it, as one text.
    """

    start: int
    text: str
    above: tuple[str, ...]
    below: str


def lines_of(text: str, items=()) -> list[Line]:
    """Lines of an article, laid out as `Provision.plain_text` joins them.

    `items` nest as [{"label","text","items"}].
    """
    rows: list[tuple[str, tuple[str, ...], str]] = []
    if text:
        rows.append((text, (), ""))
    _walk(items, (text,) if text else (), rows)
    if text:
        rows[0] = (text, (), "\n".join(row[0] for row in rows[1:]))
    found, place = [], 0
    for line, above, below in rows:
        parts = line.split("\n")
        for number, part in enumerate(parts):
            # A paragraph within an article is led by the one before it.
            led = (*reversed(parts[:number]), *above)
            behind = "\n".join([*parts[number + 1 :], below]) if below else ""
            found.append(Line(place, part, led, behind or "\n".join(parts[number + 1 :])))
            place += len(part) + 1
    return found


def _walk(items, above, rows) -> None:
    """Append (line, texts above, text below) of each item and those under it to `rows`."""
    for item in items:
        label, text = item.get("label") or "", item.get("text") or ""
        below: list[tuple[str, tuple[str, ...], str]] = []
        _walk(item.get("items") or (), (text, *above) if text else above, below)
        if text or not below:
            rows.append((f"{label}{text}", above, "\n".join(row[0] for row in below)))
        else:
            # An item without words of its own lends its label to the first one under it.
            below[0] = (f"{label}{below[0][0]}", *below[0][1:])
        rows.extend(below)
