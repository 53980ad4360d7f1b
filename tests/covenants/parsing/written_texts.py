"""The written texts of `texts/*.txt` and what a reader expects of each.

A file holds cases: `=== name`, the text, `---`, then one fact to a line: T title, P preamble,
C closing, A adopted date and body (- for none), O outline, X words that stand together in one
paragraph, U unplaced text, W codes of warnings. `⏎` stands for a line break. Facts that are not
given are empty. Outline: `第一章 总则: 第一条 第二条[（一） （二）] | …`; ∅ is an article and ¶ an
item without label.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


@dataclass
class WrittenText:
    name: str
    text: str
    title: str = ""
    preamble: str = ""
    closing: str = ""
    adopted: str = "-"
    outline: str = ""
    phrases: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


_SINGLE = {"T": "title", "P": "preamble", "C": "closing", "A": "adopted", "O": "outline"}
_SEVERAL = {"X": "phrases", "U": "unplaced"}


def written_texts():
    """Every case of every file, in order."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, _, rest = block.partition("\n")
            text, _, facts = rest.partition("\n---\n")
            yield _case(f"{path.stem}: {name}", text, facts)


def _case(name, text, facts):
    case = WrittenText(name, text)
    for line in facts.rstrip("\n").split("\n"):
        key, fact = line[:1], line[2:].replace("⏎", "\n")
        if key in _SINGLE:
            setattr(case, _SINGLE[key], fact)
        elif key in _SEVERAL:
            getattr(case, _SEVERAL[key]).append(fact)
        elif key == "W":
            case.warnings = fact.split()
        else:
            raise ValueError(f"{name}: {line}")
    return case


def outline_of(rules):
    """The labels of parsed rules in the notation above."""
    chapters = []
    for chapter in rules.chapters:
        name = f"{chapter.label} {chapter.title}".strip()
        labels = " ".join(_labels(article, "∅") for article in chapter.articles)
        chapters.append(f"{name}: {labels}")
    return " | ".join(chapters)


def _labels(node, without):
    inner = " ".join(_labels(item, "¶") for item in node.items)
    return (node.label or without) + (f"[{inner}]" if inner else "")


def adopted_of(rules):
    adopted = rules.adopted
    return f"{adopted.date or '-'} {adopted.body}".strip()


def texts_of(rules):
    """Every piece of text of parsed rules, in reading order of their parts."""

    def of_item(item):
        return [item.label, item.text, *(text for inner in item.items for text in of_item(inner))]

    placed = [rules.title, rules.preamble, rules.closing]
    placed += [entry.text for entry in rules.unplaced]
    for chapter in rules.chapters:
        placed += [chapter.label, chapter.title]
        placed += [text for article in chapter.articles for text in of_item(article)]
    return placed


def characters(texts):
    """How often each character that is no blank occurs in some texts."""
    return Counter("".join("".join(texts).split()))
