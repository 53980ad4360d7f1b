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
    _walk(text, items, (), "", rows)
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


def _walk(text, items, above, label, rows) -> None:
    mine = []
    own = (text, *above) if text else above
    for item in items:
        _walk(item.get("text") or "", item.get("items") or (), own, item.get("label") or "", mine)
    below = "\n".join(row[0] for row in mine)
    if text:
        rows.append((f"{label}{text}", above, below))
    elif mine and label:
        mine[0] = (f"{label}{mine[0][0]}", *mine[0][1:])
    elif label:
        rows.append((label, above, ""))
    rows.extend(mine)
