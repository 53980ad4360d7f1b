"""The labelled clauses of the hints and what the shipped rules make of them.

`labelled.tsv` holds the clauses the rules were tuned on, `later.tsv` three batches they were tuned
on afterwards: their figures say that the rules are consistent with themselves. `held_out.tsv` was
written before the rules, by the same author, and never tuned on, which flatters them, too.
`blind_1.tsv` to `blind_3.tsv` come from another author, who did not see the rules and looked for
words of their own, `blind_4.tsv` and `blind_5.tsv` from a third and a fourth, who did the same. On
the first three and the fifth the rules were tuned, one after the other; what the fourth showed was
used for faults of the engine and a softener too many, not for words. The author of the fifth then
wrote `blind_6.tsv` and `blind_7.tsv`, knowing the rules, in words farther off; no words come from
these two. Only what was found of each when it was read for the first time (`FIRST_SEEN`) says what
to expect of wordings nobody thought of.
"""

from dataclasses import dataclass, field
from pathlib import Path

from covenants.legality import AMBER, GREY, RED, find_hits, shipped_book

TUNED = Path(__file__).with_name("labelled.tsv")
LATER = Path(__file__).with_name("later.tsv")
HELD_OUT = Path(__file__).with_name("held_out.tsv")
BLIND = [Path(__file__).with_name(f"blind_{number}.tsv") for number in range(1, 8)]
NEVER_TUNED_ON = (HELD_OUT, BLIND[3], BLIND[5], BLIND[6])
FIRST_SEEN = {
    "blind_1.tsv": "red 59 of 90, amber 22 of 28, 4 false alarms",
    "blind_2.tsv": "red 47 of 97, amber 21 of 32, 5 false alarms",
    "blind_3.tsv": "red 45 of 101, amber 22 of 33, 13 false alarms",
    "blind_4.tsv": "red 75 of 80, amber 27 of 28, 5 false alarms",
    "blind_5.tsv": "red 71 of 96, amber 22 of 26, 5 false alarms",
    "blind_6.tsv": "red 11 of 33, amber 6 of 11, no false alarm",
    "blind_7.tsv": "red 8 of 30, amber 3 of 6, 1 false alarm",
}


@dataclass(frozen=True)
class Clause:
    """`rules` must be hit; `allowed` may be, where two rules speak of the same words."""

    text: str
    rules: frozenset[str]
    allowed: frozenset[str]


@dataclass
class Score:
    """Counts (clause, rule) pairs of red and amber rules. `missed`, `alarms` hold (rule, text)."""

    found: dict[str, int] = field(default_factory=lambda: {RED: 0, AMBER: 0})
    wanted: dict[str, int] = field(default_factory=lambda: {RED: 0, AMBER: 0})
    missed: list = field(default_factory=list)
    alarms: list = field(default_factory=list)

    def recall(self, level) -> float:
        return self.found[level] / self.wanted[level]

    @property
    def precision(self) -> float:
        right = sum(self.found.values())
        return right / (right + len(self.alarms))


def clauses(path: Path) -> list[Clause]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            labels, text = line.split("\t")
            names = [name for name in labels.split() if name != "-"]
            allowed = {name.strip("()") for name in names if name.startswith("(")}
            found.append(
                Clause(text, frozenset(names) - {f"({n})" for n in allowed}, frozenset(allowed))
            )
    return found


def score(path: Path) -> Score:
    book, result = shipped_book(), Score()
    for clause in clauses(path):
        hits = {hit.rule for hit in find_hits(clause.text, book=book) if hit.level != GREY}
        for rule in clause.rules:
            level = book.by_key[rule].level
            if level == GREY:
                continue
            result.wanted[level] += 1
            if rule in hits:
                result.found[level] += 1
            else:
                result.missed.append((rule, clause.text))
        result.alarms += [(rule, clause.text) for rule in hits - clause.rules - clause.allowed]
    return result


def report(name: str, path: Path) -> str:
    result = score(path)
    return (
        f"legality hints, {name}: {len(clauses(path))} clauses, "
        f"recall red {result.recall(RED):.3f} "
        f"of {result.wanted[RED]}, amber {result.recall(AMBER):.3f} of {result.wanted[AMBER]}, "
        f"precision {result.precision:.3f}"
    )


if __name__ == "__main__":
    for path in (TUNED, LATER, HELD_OUT, *BLIND):
        print(report(path.stem, path))  # noqa: T201
        if path.name in FIRST_SEEN:
            print(f"  read for the first time: {FIRST_SEEN[path.name]}")  # noqa: T201
        if path not in NEVER_TUNED_ON:
            for what, cases in (("missed", score(path).missed), ("alarm", score(path).alarms)):
                for rule, text in cases:
                    print(f"  {what} {rule}: {text}")  # noqa: T201
