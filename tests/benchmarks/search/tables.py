"""Tables for people: aligned text for a terminal, Markdown for the documentation."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """Rows of text under a heading; notes stand below."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def as_text(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.header))]
        aligned = [
            "  ".join(
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        aligned.insert(1, "-" * len(aligned[0]))
        return "\n".join([self.title, *aligned, *self.notes])

    def as_markdown(self) -> str:
        lines = [self.header, tuple("---" for _ in self.header), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        notes = "".join(f"\n{note}\n" for note in self.notes)
        return f"### {self.title}\n\n{table}\n{notes}"


def pair(middle: float, high: float) -> str:
    """Median and 95th percentile, in milliseconds or as ratios."""
    return f"{short(middle)} / {short(high)}"


def short(value: float) -> str:
    """Three figures are enough."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def verdict(met: bool) -> str:
    return "met" if met else "MISSED"
