"""What lies on the desk: a text, its units, and every correction made to them so far. Pure.

A sheet is stored as its first state and the list of edits, so that each of them can be undone and
a second person sees what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from covenants.parsing import Adoption, ParsedRules, parse_text, split_lines

from . import edits
from .lines import with_lines
from .units import ARTICLE, NOISE, Unit, parsed_of, units_of

KEPT_EDITS = 400
"""Older edits become part of the first state and can no longer be undone."""

LONG_ARTICLE = 600


@dataclass(frozen=True, slots=True)
class Doubt:
    """A spot to look at. `key` names it for good; `unit` 0 when it concerns no unit."""

    key: str
    message: str
    unit: int
    line: int
    seen: bool


@dataclass(slots=True)
class _State:
    text: str
    lines: list[str]
    units: list[Unit]
    warnings: list[dict]
    adopted: Adoption


@dataclass(slots=True)
class Sheet:
    """`start` is a parsed text as a dict; of `edits` the first `done` are in effect."""

    start: dict
    edits: list[dict] = field(default_factory=list)
    done: int = 0
    seen: list[str] = field(default_factory=list)
    _state: _State | None = field(default=None, repr=False)

    @classmethod
    def of_text(cls, text: str) -> Sheet:
        return cls(_laid_out(text))

    @classmethod
    def from_dict(cls, stored: dict) -> Sheet:
        return cls(stored["start"], stored["edits"], stored["done"], stored["seen"])

    def as_dict(self) -> dict:
        return {"start": self.start, "edits": self.edits, "done": self.done, "seen": self.seen}

    @property
    def state(self) -> _State:
        if self._state is None:
            state = _state_of(self.start)
            for edit in self.edits[: self.done]:
                state = _after(state, edit)
            self._state = state
        return self._state

    @property
    def text(self) -> str:
        return self.state.text

    @property
    def units(self) -> list[Unit]:
        return self.state.units

    @property
    def parsed(self) -> ParsedRules:
        """The rules as they now stand on the desk."""
        return parsed_of(self.units, self.state.adopted)

    @property
    def can_undo(self) -> bool:
        return self.done > 0

    @property
    def can_redo(self) -> bool:
        return self.done < len(self.edits)

    def do(self, edit: dict) -> None:
        """Apply an edit and forget what was undone. Raises Refusal and changes nothing then."""
        state = _after(self.state, edit)
        self.edits = [*self.edits[: self.done], edit]
        self.done = len(self.edits)
        self._state = state
        if self.done > KEPT_EDITS:
            self._fold(self.done - KEPT_EDITS)

    def retype(self, text: str) -> None:
        """Another text: parsed anew, and undone like any edit."""
        self.do({"do": "text", **_laid_out(text)})

    def undo(self) -> None:
        if self.can_undo:
            self.done -= 1
            self._state = None

    def redo(self) -> None:
        if self.can_redo:
            self.done += 1
            self._state = None

    def look_over(self, key: str) -> None:
        """Mark a doubt as seen, or as not seen."""
        self.seen = [k for k in self.seen if k != key] if key in self.seen else [*self.seen, key]

    def _fold(self, number: int) -> None:
        state = _state_of(self.start)
        for edit in self.edits[:number]:
            state = _after(state, edit)
        self.start = {
            "text": state.text,
            "units": [unit.as_dict() for unit in state.units],
            "warnings": state.warnings,
            "adopted": state.adopted.as_dict(),
        }
        self.edits = self.edits[number:]
        self.done -= number

    @property
    def doubts(self) -> list[Doubt]:
        """What the parser warned of and what else looks odd, in the order of the lines."""
        found = [(w["line"], f"{w['code']}:{w['line']}", w["message"]) for w in self.state.warnings]
        made = [
            Doubt(key, message, self._unit_at(line), line, key in self.seen)
            for line, key, message in found
        ]
        for unit in self.units:
            if unit.role == ARTICLE and len(unit.text) > LONG_ARTICLE:
                key = f"long:{unit.id}:{len(unit.text)}"
                message = f"“{unit.label or unit.text[:8]}”很长，请看是不是几条连在一起。"
                made.append(Doubt(key, message, unit.id, unit.first, key in self.seen))
        return sorted(made, key=lambda doubt: doubt.line)

    def _unit_at(self, line: int) -> int:
        holding = [unit for unit in self.units if unit.first <= line <= unit.last]
        placed = [unit for unit in holding if unit.role != NOISE]
        return next((unit.id for unit in placed or holding), 0)


def _laid_out(text: str) -> dict:
    parsed = parse_text(text)
    units = _in_reading_order(
        with_lines(units_of(parsed), [line.text for line in split_lines(text)])
    )
    return {
        "text": text,
        "units": [unit.as_dict() for unit in units],
        "warnings": [warning.as_dict() for warning in parsed.warnings],
        "adopted": parsed.adopted.as_dict(),
    }


def _in_reading_order(units: list[Unit]) -> list[Unit]:
    """Unplaced text where it stands in the source, not at the end."""
    placed = [unit for unit in units if unit.role != NOISE]
    waiting = [unit for unit in units if unit.role == NOISE]
    ordered: list[Unit] = []
    for unit in placed:
        while waiting and waiting[0].first < unit.first:
            ordered.append(waiting.pop(0))
        ordered.append(unit)
    return ordered + waiting


def _state_of(laid_out: dict) -> _State:
    text = laid_out["text"]
    return _State(
        text,
        [line.text for line in split_lines(text)],
        [Unit(**unit) for unit in laid_out["units"]],
        laid_out["warnings"],
        Adoption(**laid_out["adopted"]),
    )


def _after(state: _State, edit: dict) -> _State:
    if edit["do"] == "text":
        return _state_of(edit)
    units: Sequence[Unit] = edits.apply(state.units, edit, state.lines)
    return _State(state.text, state.lines, list(units), state.warnings, state.adopted)
