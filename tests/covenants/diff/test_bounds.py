"""Hostile texts cost a bounded number of steps. Counted, never timed."""

import random

import pytest

from covenants.diff import EditionText, ProvisionText, Work, apply_edition, compare
from covenants.diff.work import EDITION_LIMIT

LONG = 200_000
# Passes over all characters: trimming, numbers, sentences, profiles.
PASSES = 16


def noise(seed, size, alphabet="的一是了我不人在他有这个上们来到时大地为"):
    return "".join(random.Random(seed).choices(alphabet, k=size))


def one(text):
    return EditionText(provisions=(ProvisionText("a", "第一条", text),))


def many(count, text_of):
    return EditionText(
        provisions=tuple(ProvisionText("", f"第{n}条", text_of(n)) for n in range(count))
    )


def sizes(*editions):
    return sum(len(p.text) for edition in editions for p in edition.provisions)


HOSTILE = {
    "run and a longer run": ("a" * LONG, "a" * (LONG + 1)),
    "run broken in the middle": ("a" * LONG, "a" * (LONG // 2) + "b" + "a" * (LONG // 2)),
    "alternating, shifted by one": ("ab" * (LONG // 2), "ba" * (LONG // 2)),
    "nothing in common": ("甲" * LONG, "乙" * LONG),
    "noise without a sentence": (noise(1, LONG), noise(2, LONG)),
    "noise in sentences": (
        noise(3, LONG, "甲乙丙丁戊己庚辛壬癸。"),
        noise(4, LONG, "甲乙丙丁戊己庚辛壬癸。"),
    ),
    "stops only": ("。" * LONG, "；" * LONG),
    "digits only": (noise(5, LONG, "0123456789"), noise(6, LONG, "一二三四五十百千万")),
    "reversed": (noise(7, LONG), noise(7, LONG)[::-1]),
    "lines": ("好\n" * (LONG // 2), "好吧\n" * (LONG // 3)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_texts_are_compared_in_bounded_steps(name):
    old, new = map(one, HOSTILE[name])
    work = Work()
    diff = compare(old, new, work)
    assert apply_edition(old, diff) == new
    assert work.spent <= EDITION_LIMIT * 1.01
    assert work.passes <= PASSES * sizes(old, new)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (lambda n: "a" * 40, lambda n: "a" * 41),
        (lambda n: noise(n, 60), lambda n: noise(n + 1000, 60)),
        (lambda n: noise(n % 7, 30) + str(n), lambda n: noise(n % 5, 30) + str(n)),
        (lambda n: "", lambda n: "好"),
    ],
)
def test_five_hundred_articles_on_both_sides(text, other):
    old, new = many(500, text), many(500, other)
    work = Work()
    diff = compare(old, new, work)
    assert apply_edition(old, diff) == new
    assert work.spent <= EDITION_LIMIT * 1.01
    assert work.passes <= PASSES * (sizes(old, new) + 2 * 500)


def test_an_ordinary_revision_costs_little_and_is_marked_finely():
    articles = [noise(n, 80, "办客从简酒席礼金红白喜事不得提前报告。，") for n in range(60)]
    changed = [t + "不超过十五桌。" if n % 5 == 0 else t for n, t in enumerate(articles)]
    old, new = many(60, articles.__getitem__), many(60, changed.__getitem__)
    work = Work()
    diff = compare(old, new, work)
    assert diff.counts["changed"] == 12 and not diff.coarse
    assert work.spent < EDITION_LIMIT / 4


def test_a_small_budget_gives_coarser_marks_that_are_still_exact():
    old, new = one(noise(8, 300)), one(noise(9, 300))
    fine, coarse = compare(old, new, Work()), compare(old, new, Work(50))
    assert coarse.coarse and not fine.coarse
    assert apply_edition(old, coarse) == new
