"""The corrections of the desk: each takes a list of units and gives a new one. Pure.

An edit is a dict: `{"do": name, "unit": id, …}`; `EDITS` lists them. `Refusal` says in Chinese
why one cannot be done. No edit loses a character but `write`, which is typing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from covenants.parsing import parse_text

from .lines import split_lines_of
from .units import ARTICLE, LABELLED, NOISE, PARAGRAPH, RANK, ROLES, Unit

LABEL_MAX, TEXT_MAX = 40, 20_000
_BREAK = re.compile(r"[\r\n\x0b\x0c\x85\u2028\u2029]+")


class Refusal(Exception):
    """An edit that cannot be done here; the message tells the person why."""


def _position(units: Sequence[Unit], number: int) -> int:
    for position, unit in enumerate(units):
        if unit.id == number:
            return position
    raise Refusal("这一段已经不在桌上了，请看最新的分条。")


def _free_id(units: Sequence[Unit]) -> int:
    return max((unit.id for unit in units), default=0) + 1


def join(units, edit, lines) -> list[Unit]:
    """Put a unit at the end of the one before it; unplaced text in between is stepped over."""
    position = _position(units, edit["unit"])
    before = next((p for p in range(position - 1, -1, -1) if units[p].role != NOISE), None)
    if before is None:
        raise Refusal("前面没有可以合并的一段。")
    one, two = units[before], units[position]
    known = [line for line in (one.first, two.first) if line]
    joined = replace(
        one,
        text=_glue(one.text, two.whole),
        first=min(known, default=0),
        last=max(one.last, two.last),
    )
    rest = [unit for p, unit in enumerate(units) if p not in (before, position)]
    return [*rest[:before], joined, *rest[before:]]


def _glue(one: str, two: str) -> str:
    """A blank only between two Latin words."""
    latin = one[-1:].isascii() and one[-1:].isalnum() and two[:1].isascii() and two[:1].isalnum()
    return f"{one} {two}" if latin else f"{one}{two}"


def split(units, edit, lines) -> list[Unit]:
    """Cut a unit's text at `at` (code points); the second part is of the same role.

    A number that the second part begins with becomes its label.
    """
    position = _position(units, edit["unit"])
    unit, at = units[position], edit["at"]
    one, two = unit.text[:at].rstrip(), unit.text[at:].lstrip()
    if not two or not (one or unit.label):
        raise Refusal("请把光标放在文字中间，再分开。")
    last, first = split_lines_of(unit, at, lines)
    label, text = _label_of(two) if unit.role in LABELLED else ("", two)
    made = Unit(_free_id(units), unit.role, label, text, first, unit.last)
    return [*units[:position], replace(unit, text=one, last=last), made, *units[position + 1 :]]


def _label_of(text: str) -> tuple[str, str]:
    """(number, rest) of a text that begins with a number of an article, chapter or item."""
    parsed = parse_text(text)
    if len(parsed.chapters) != 1:
        return "", text
    chapter = parsed.chapters[0]
    label = chapter.label or (chapter.articles[0].label if chapter.articles else "")
    if not label:
        return "", text
    rest, wanted = text, label
    while wanted and rest:
        if rest[0] == wanted[0]:
            wanted = wanted[1:]
        elif not rest[0].isspace():
            return "", text
        rest = rest[1:]
    return (label, rest.lstrip()) if not wanted else ("", text)


def write(units, edit, lines) -> list[Unit]:
    """Correct a unit's label and text as typed; each line break in the text cuts it."""
    position = _position(units, edit["unit"])
    unit = units[position]
    label = edit["label"].strip() if unit.role in LABELLED else ""
    parts = [part.strip() for part in _BREAK.split(edit["text"])]
    parts = [part for part in parts if part]
    if len(label) > LABEL_MAX:
        raise Refusal("编号太长了。")
    if sum(map(len, parts)) > TEXT_MAX:
        raise Refusal("这一段太长了，请用“按文字改”。")
    if not parts and not label:
        raise Refusal("文字不能是空的。不要的文字请标为“不是正文”。")
    cut = _cut(unit, parts, lines)
    first = replace(cut[0], label=label)
    made = [replace(part, id=_free_id(units) + n) for n, part in enumerate(cut[1:])]
    return [*units[:position], first, *made, *units[position + 1 :]]


def _cut(unit: Unit, parts: list[str], lines) -> list[Unit]:
    if len(parts) < 2:
        return [replace(unit, text=parts[0] if parts else "")]
    made, rest, offset = [], unit, 0
    for part in parts[:-1]:
        offset = min(len(rest.text), len(part))
        last, following = split_lines_of(rest, offset, lines)
        made.append(replace(rest, text=part, last=last))
        rest = replace(rest, text=rest.text[offset:].lstrip(), label="", first=following)
    made.append(replace(rest, text=parts[-1]))
    labelled = [_label_of(part.text) if unit.role in LABELLED else ("", part.text) for part in made]
    return [made[0]] + [
        replace(part, label=label, text=text)
        for part, (label, text) in zip(made[1:], labelled[1:], strict=True)
    ]


def label(units, edit, lines) -> list[Unit]:
    """Give a unit another number."""
    position = _position(units, edit["unit"])
    unit = units[position]
    text = edit["label"].strip()
    if unit.role not in LABELLED:
        raise Refusal("只有章、条、项、目才有编号。")
    if len(text) > LABEL_MAX or _BREAK.search(text):
        raise Refusal("编号太长了。")
    return [*units[:position], replace(unit, label=text), *units[position + 1 :]]


def role(units, edit, lines) -> list[Unit]:
    """Make a unit a chapter, article, item …; noise stays on the desk as unplaced text.

    Where the new role has no number of its own, the number becomes part of the text.
    """
    position = _position(units, edit["unit"])
    unit, wanted = units[position], edit["role"]
    if wanted not in ROLES:
        raise Refusal("没有这种成分。")
    if wanted in LABELLED and not unit.label:
        number, text = _label_of(unit.text)
        changed = replace(unit, role=wanted, label=number, text=text)
    elif wanted in LABELLED:
        changed = replace(unit, role=wanted)
    else:
        changed = replace(unit, role=wanted, label="", text=unit.whole)
    return [*units[:position], changed, *units[position + 1 :]]


def move(units, edit, lines) -> list[Unit]:
    """Move a unit with all that belongs to it past its neighbour: `by` -1 up, 1 down."""
    start = _position(units, edit["unit"])
    end = _end(units, start)
    if edit["by"] < 0:
        if not start:
            raise Refusal("已经在最前面了。")
        before = start - 1
        while before and _rank(units[before]) > _rank(units[start]):
            before -= 1
        if _rank(units[before]) > _rank(units[start]):
            before = start - 1
        return [*units[:before], *units[start:end], *units[before:start], *units[end:]]
    if end == len(units):
        raise Refusal("已经在最后面了。")
    after = _end(units, end) if _rank(units[end]) >= _rank(units[start]) else end + 1
    return [*units[:start], *units[end:after], *units[start:end], *units[after:]]


def _rank(unit: Unit) -> int:
    return RANK.get(unit.role, -1)


def _end(units: Sequence[Unit], start: int) -> int:
    """Where the block that begins at `start` ends."""
    end = start + 1
    if units[start].role in (NOISE, PARAGRAPH) or _rank(units[start]) < 0:
        return end
    while end < len(units) and _rank(units[end]) > _rank(units[start]):
        end += 1
    return end


EDITS = {
    "join": join,
    "split": split,
    "write": write,
    "label": label,
    "role": role,
    "move": move,
}


def apply(units: Sequence[Unit], edit: dict, lines: Sequence[str]) -> list[Unit]:
    """The units after an edit. `lines`: the source. Raises Refusal."""
    return EDITS[edit["do"]](list(units), edit, lines)


def number_of_articles(units: Sequence[Unit]) -> int:
    return sum(unit.role == ARTICLE for unit in units)
