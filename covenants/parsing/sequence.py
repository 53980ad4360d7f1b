"""Watches running numbers and words a warning where one is repeated, missing or out of order.

Keeps every number as it stands; nothing is renumbered here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .document import ParseWarning
from .numbering import article_label, chapter_label


@dataclass(slots=True)
class RunOfNumbers:
    """One run of numbers. `name` begins the warning codes (article, chapter, item)."""

    name: str
    warnings: list[ParseWarning]
    write: Callable[[int], str] = str
    last: int = 0
    before_restart: int = 0
    inserted: int = 0
    seen: set[tuple[int, int]] = field(default_factory=set)

    def take(self, number: int | None, inserted: int, label: str, line: int) -> None:
        """Note the next number; `label` is how the text writes it."""
        if number is None:
            return
        if not self.last and number == self.before_restart + 1:
            self.last = self.before_restart
        if (number, inserted) in self.seen:
            self._warn("repeated", f"第 {line} 行：编号“{label}”重复出现，已按原文顺序保留。", line)
        elif inserted:
            self._check_inserted(number, inserted, label, line)
        elif number > self.last + 1:
            self._warn("missing", self._missing(number, label, line), line)
        elif number < self.last:
            self._warn(
                "out_of_order", f"第 {line} 行：编号“{label}”次序颠倒，已按原文顺序保留。", line
            )
        self.seen.add((number, inserted))
        self.last, self.inserted = number, inserted

    def restart(self) -> None:
        """Count from 1 again; going on after the last number stays right as well."""
        self.before_restart = self.last or self.before_restart
        self.last, self.inserted = 0, 0
        self.seen.clear()

    def _check_inserted(self, number: int, inserted: int, label: str, line: int) -> None:
        if (number, inserted) != (self.last, self.inserted + 1):
            self._warn(
                "missing",
                f"第 {line} 行：增补编号“{label}”之前缺少它应当跟随的编号，请核对原文。",
                line,
            )

    def _missing(self, number: int, label: str, line: int) -> str:
        first, last = self.write(self.last + 1), self.write(number - 1)
        gap = first if first == last else f"{first}至{last}"
        return f"第 {line} 行：“{label}”之前缺少{gap}，请核对原文。"

    def _warn(self, problem: str, message: str, line: int) -> None:
        self.warnings.append(ParseWarning(f"{self.name}_number_{problem}", message, line))


def article_sequence(warnings: list[ParseWarning], ordinal: bool) -> RunOfNumbers:
    """`ordinal` when articles are 第X条, False when they are 一、 or 1."""
    return RunOfNumbers("article", warnings, article_label if ordinal else _plain)


def chapter_sequence(warnings: list[ParseWarning], ordinal: bool) -> RunOfNumbers:
    return RunOfNumbers("chapter", warnings, chapter_label if ordinal else _plain)


def item_sequence(warnings: list[ParseWarning]) -> RunOfNumbers:
    return RunOfNumbers("item", warnings, _plain)


def _plain(number: int) -> str:
    return f"编号 {number}"
