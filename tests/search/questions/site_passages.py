"""Reads from the database what the judge compares hits with, and asks the site's search."""

import inspect

from wagtail.models import Page

from search.kinds import KIND_LABELS
from search.page_search import find_pages
from tests.search.questions.judge import PublicPassage, accepted, rank
from villages.models import AreaPage, VillagePage

FILES = {
    "development": "development.toml",
    "tuning": "tuning.toml",
    "held_out": "held_out.toml",
}
"""Two were tuned on, every miss of theirs was looked at; the third one was only measured."""


ADDED_LATER = frozenset(
    """
    532391101002 532391101204 532391102205 532391102206 532391103002 532391103204 532391103205
    532392101002 532392101204 532392101205 532392102205 532392102206 532392102207
    """.split()  # noqa: SIM905
)
"""Sample villages written after the questions were labelled: their articles answer, too."""


def take_away_what_was_added_later() -> None:
    """Leaves the site on which the labels are complete."""
    for village in VillagePage.objects.filter(code__in=ADDED_LATER):
        village.delete()


def public_passages() -> list[PublicPassage]:
    """All passages of all public pages, as search names them."""
    found = []
    for page in Page.objects.live().specific():
        kind = str((page.search_columns() if hasattr(page, "search_columns") else {}).get("kind"))
        if kind in KIND_LABELS:
            found += _passages(page, kind)
    return found


def _passages(page, kind):
    areas = page.areas
    village = page.village
    common = {
        "path": page.url,
        "kind": kind,
        "title": page.title,
        "place": page.code if isinstance(page, AreaPage) else "",
        "village": village.code if village else "",
        "group": areas[3].specific.number if len(areas) > 3 else None,
    }
    for label, text, url in page.search_passages() or [("", "", "")]:
        yield PublicPassage(
            **common, label=str(label), text=str(text), anchor=url.partition("#")[2]
        )


def ask(question):
    """The first page of results, nearest first where the question says where the person lives."""
    takes_near = "near" in inspect.signature(find_pages).parameters
    near = {"near": question.near} if question.near and takes_near else {}
    return find_pages(question.text, **near).hits


def ranks(questions, passages) -> list[int]:
    """Rank of the first answer to each question; 0 where the first page has none."""
    return [rank(ask(question), accepted(question, passages)) for question in questions]
