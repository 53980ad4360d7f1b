"""The labelled texts of the scan (invented numbers only) and what the scan misses of them."""

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from safety.personal_data import scan, scan_markup

ROWS = Path(__file__).with_name("personal_data.jsonl")
"""One JSON object a line: `text` (HTML or plain) and `kinds`, what stands in it, sorted."""


@dataclass
class Score:
    """`misses` and `alarms`: (kinds, text) of what was not found, and found without being there."""

    found: int = 0
    misses: list = field(default_factory=list)
    alarms: list = field(default_factory=list)

    @property
    def recall(self):
        return self.found / (self.found + sum(len(kinds) for kinds, _ in self.misses))

    @property
    def precision(self):
        return self.found / (self.found + sum(len(kinds) for kinds, _ in self.alarms))


def rows():
    return [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]


def score() -> Score:
    result = Score()
    for row in rows():
        wanted = Counter(row["kinds"])
        given = Counter(finding.kind for finding in scan_markup(row["text"]))
        result.found += (wanted & given).total()
        if missing := wanted - given:
            result.misses.append((sorted(missing.elements()), row["text"]))
        if surplus := given - wanted:
            result.alarms.append((sorted(surplus.elements()), row["text"]))
    return result


def speed() -> float:
    """How many times as long a scan of ten megabytes takes as one pattern that reads them."""
    line = "第三条 红事办客不超过十五桌，礼金不超过100元。2023年5月12日通过，三组25号地块12亩。\n"
    text = line * (10_000_000 // len(line.encode()))
    spent = []
    for read in (scan, re.compile(r"[^\n]*电话[^\n]*").findall):
        begun = time.process_time()
        read(text)
        spent.append(time.process_time() - begun)
    return spent[0] / spent[1]


if __name__ == "__main__":
    result = score()
    print(  # noqa: T201
        f"personal data: {len(rows())} labelled texts, recall {result.recall:.3f}, "
        f"precision {result.precision:.3f}; ten megabytes take {speed():.1f} times as long as one "
        "pattern does"
    )
    for what, cases in (("missed", result.misses), ("false alarm", result.alarms)):
        for kinds, text in cases:
            print(f"  {what} {','.join(kinds)}: {text!r}")  # noqa: T201
