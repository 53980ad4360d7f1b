"""How alike two texts are, by the pairs of neighbouring characters they share."""

from collections import Counter

READ = 2_000
"""So many characters of a text are enough to know it again."""


def profile(text: str) -> Counter:
    """The text's pairs of neighbouring characters with their numbers, its ends marked."""
    text = f"\n{text[:READ]}\n"
    return Counter(zip(text, text[1:], strict=False))


def likeness(one: Counter, other: Counter) -> float:
    """Dice's share of common pairs: 1.0 for equal texts, 0.0 for texts without a common pair."""
    total = one.total() + other.total()
    if len(one) > len(other):
        one, other = other, one
    return 2 * sum(min(count, other[pair]) for pair, count in one.items() if pair in other) / total
