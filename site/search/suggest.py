"""What is offered while somebody types: places, words of public texts, questions often asked.

Nothing is offered that a search would not find: a word that stands in drafts or restricted pages
alone never shows.
"""

import re
from dataclasses import asdict, dataclass

import rjieba
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search import lexicon, synonyms
from search.areas import area_resolver
from search.asked import Asked
from search.documents import closed_paths
from search.folding import HAN, normalise
from search.models import CommonQuestion
from search.nearest import tabled
from search.query import Term
from search.schema import TEXT_PREFIX, text_fields
from search.visible import ended_mask, public_mask

MAX_TYPED = 30
"""Code points read; somebody who typed more knows what to ask."""

OFFERED, PLACES, WORDS, QUESTIONS = 8, 3, 4, 3
TYPE_LABELS = {"place": _("地方"), "word": _("词"), "question": _("问题")}
COUNTED = 16
"""Words whose public documents are counted: bounds the work."""

_LATIN = re.compile("[a-z' ]+")


@dataclass(frozen=True)
class Suggestion:
    """One line to choose: a place, word or question (``type``).

    ``detail``: wider places, or synonyms; ``count``: pages found.
    """

    type: str
    text: str
    url: str
    detail: str = ""
    count: int | None = None


def suggestions(typed: str) -> list[dict]:
    """At most 8 suggestions as dictionaries; raises IndexUnavailable."""
    typed = " ".join(normalise(typed[:MAX_TYPED]).split())
    if not typed.strip("' "):
        return []
    backend = get_search_backend()
    with backend.directory.reading():
        evaluator, snapshot = backend.evaluate(text_fields(Page))
        public = public_mask(snapshot, closed_paths()) & ~ended_mask(snapshot)

        def count(text: str, some: bool = False) -> int:
            asked = Asked.from_text(text)
            tree = asked.relaxed() if some else asked.strict()
            return evaluator.match(tree).within(public).count() if asked else 0

        def is_public(word: str) -> bool:
            return evaluator.match(Term(word)).within(public).count() > 0

        words = _words(snapshot, typed, count, is_public)
        questions = _questions(typed, count)
    places = _places(typed)
    room = OFFERED - min(len(places), PLACES) - min(len(questions), QUESTIONS)
    words = words[: max(room, WORDS)]
    room = OFFERED - len(words) - min(len(questions), QUESTIONS)
    found = [*places[: max(room, PLACES)], *words, *questions[:QUESTIONS]]
    return [asdict(suggestion) for suggestion in found[:OFFERED]]


def _places(typed: str) -> list[Suggestion]:
    found = area_resolver().begun(typed, OFFERED)
    return [Suggestion("place", name, url, detail=wider) for name, wider, url in found]


def _words(snapshot, typed: str, count, is_public) -> list[Suggestion]:
    """Words of the index, and synonyms, that complete what was typed, most frequent first.

    A word of the index must stand in a public text itself: read as a question it might count
    others (茶几: 茶).
    """
    before, candidates = _completions(snapshot, typed)
    tabled = {word for group in synonyms.groups() for word in group}
    counted = []
    for word in list(candidates)[:COUNTED]:
        number = count(before + word) if word in tabled or is_public(word) else 0
        if number:
            counted.append((before + word, candidates[word], number))
    counted.sort(key=lambda found: -found[2])
    return [
        Suggestion("word", text, _search_url(text), detail=others, count=number)
        for text, others, number in counted
    ]


def _completions(snapshot, typed: str) -> tuple[str, dict[str, str]]:
    """(what stands before, {word: its synonyms}) for the end of what was typed."""
    fields = sorted(name for name in text_fields(Page) if name.startswith(TEXT_PREFIX))
    groups = {word: group for group in synonyms.groups() for word in group}
    if _LATIN.fullmatch(typed):
        spelt = re.sub("[' ]", "", typed)
        known = tabled().spelt(spelt)
        words = lexicon.vocabulary(snapshot, fields).spelt(spelt)
        return "", {word: _others(word, groups) for word in [*known, *words]}
    for start in _endings(typed):
        own = [word for word in groups if word.startswith(start)]
        often = lexicon.words_beginning(snapshot, fields, start)
        words = [*own, *sorted(often, key=lambda word: (-often[word], word))]
        if words:
            before = typed[: len(typed) - len(start)]
            return before, {word: _others(word, groups) for word in words}
    return "", {}


def _endings(typed: str) -> list[str]:
    """All that was typed, then its last word: what is still being written."""
    run = re.search(f"[{HAN}]+\\Z", typed)
    if not run:
        return []
    words = rjieba.cut(run.group())
    return list(dict.fromkeys([run.group(), "".join(words[-2:]), words[-1]]))


def _others(word: str, groups: dict) -> str:
    return "、".join(other for other in groups.get(word, ()) if other != word)


def _questions(typed: str, count) -> list[Suggestion]:
    found = []
    spelt = re.sub("[' ]", "", typed) if _LATIN.fullmatch(typed) else ""
    for text in CommonQuestion.objects.values_list("text", flat=True):
        folded = normalise(text)
        initials = "".join(lexicon.sound(char)[:1] for char in folded)
        sounds = "".join(map(lexicon.sound, folded))
        if typed in folded or (len(spelt) > 1 and (sounds + " " + initials).find(spelt) >= 0):
            found.append((not folded.startswith(typed), text))
    found.sort(key=lambda question: question[0])
    shown = [text for _, text in found[: 2 * QUESTIONS]]
    return [Suggestion("question", text, _search_url(text)) for text in shown if count(text, True)]


def _search_url(text: str) -> str:
    return f"{reverse('search:search')}?{urlencode({'q': text})}"
