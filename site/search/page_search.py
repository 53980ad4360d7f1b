"""What a resident finds: the one search that the page, the command and later the API share.

Shows published pages without view restriction only, whoever asks.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

import numpy as np
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search import query
from search.answers import Answers
from search.areas import area_resolver
from search.asked import MAX_QUERY, Asked
from search.collapse import Group, Picked, Walk
from search.columns import Snapshot
from search.documents import closed_paths
from search.facets import AREA_LEVELS, OTHER_FILTERS, FacetValue, Filters
from search.hits import Hit, hits_of
from search.matches import Match
from search.nearest import Help, nearest_queries, other_names, wider_areas
from search.nearness import ELSEWHERE, tiers_of
from search.passages import Passage
from search.place_names import place_names
from search.related import related_questions
from search.schema import text_fields
from search.session import Session
from search.visible import ended_mask, public_mask
from search.widening import Also, also_sought, single_words

PER_PAGE = 20
SCORE_FLOOR = 1.0
"""How little the score of the whole page counts beside the passage that answers."""

RERANKED = 60
"""Best distinct hits whose passages are read, so that the article that answers comes first."""

ENOUGH = 3
"""Pages that answer a whole sentence, with fewer of which those with a part of it are added."""

OWN_WEIGHT = 2.0
"""What an answer of the asker's own place gains where nothing has all that was asked for."""
OWN_FIRST = 60
"""Most pages of the asker's own place that are put before all others."""


@dataclass(frozen=True)
class Ways:
    """Ways on from a result: ``also``: what else the words were looked for as; ``parts``
    [(word, count)] where nothing has all of them; ``related``: questions to ask next.
    """

    also: list[Also] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    related: list[str] = field(default_factory=list)


NO_WAYS = Ways()


@dataclass(frozen=True)
class SearchResult:
    """``count`` pages under all filters, ``count_anywhere`` without them.

    ``relaxed``: nothing had all the words, so the hits have some of them; ``widened``: a few had
    all and come first. ``ended``: further
    pages that are no longer in force. ``distinct``: hits known so far, of which there may be
    more where ``has_next``; fewer than pages, for near-identical passages are one hit. ``help``
    only where nothing was found. ``ways``: where to go from here, if asked for;
    ``labels``: what the filters chosen are called, by name.
    """

    query: str
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    count_anywhere: int = 0
    relaxed: bool = False
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    page: int = 1
    per_page: int = PER_PAGE
    took_ms: int = 0
    ended: int = 0
    distinct: int = 0
    has_next: bool = False
    help: Help | None = None
    widened: bool = False
    ways: Ways = NO_WAYS
    labels: dict[str, str] = field(default_factory=dict)


class Reach(Enum):
    """All of the words, all of them first and then some, or some of them only."""

    ALL, ALL_FIRST, SOME = range(3)


def find_pages(
    text: str,
    *,
    kind: str | None = None,
    county: str | None = None,
    township: str | None = None,
    village: str | None = None,
    year: int | None = None,
    tag: str | None = None,
    sort: str = "relevance",
    page: int = 1,
    per_page: int = PER_PAGE,
    near: str | None = None,
    ended: bool = False,
    same: str | None = None,
    ways_on: bool = False,
) -> SearchResult:
    """Finds published pages: all words first, some of them where nothing has all.

    Places are given by division code; ``near`` is the asker's own village, or group as
    ``code-number``. ``sort`` is ``relevance`` or ``newest``. ``ended`` takes in what is no longer
    in force. ``same`` lists, place by place, the pages that have the passage with that signature.
    ``ways_on``: what stands around the hits of the search page, too.
    The number of database queries does not depend on the number of hits. Raises IndexUnavailable.
    """
    started = time.perf_counter()
    text = " ".join(text[:MAX_QUERY].split())
    chosen = {"kind": kind, "county": county, "township": township, "village": village}
    chosen |= {"year": str(year) if year else None, "tag": tag}
    chosen = {name: value for name, value in chosen.items() if value}
    if not (text or chosen or same):
        return SearchResult(text, per_page=per_page)

    backend = get_search_backend()
    with backend.directory.reading():
        evaluator, snapshot = backend.evaluate(text_fields(Page))
        asked = Asked.from_text(text, place_names(snapshot))
        if not (asked or chosen or same):
            return SearchResult(text, per_page=per_page)
        codes = [chosen[name] for name in AREA_LEVELS if name in chosen]
        paths = area_resolver().paths_for_codes([*codes, *([near] if near else [])])
        filters = Filters(snapshot, chosen, paths)
        answers = Answers(snapshot, evaluator, asked)
        session = Session(evaluator, snapshot, asked, filters, answers, paths.get(near, ""))
        public = public_mask(snapshot, closed_paths())
        wanted = public if ended else public & ~ended_mask(snapshot)
        every, reach = _match(session, public, wanted)
        if same:
            every = every.within(_mask_of(snapshot, evaluator.same(same)))
        found = every if ended else every.within(wanted)
        narrowed = session.filters.apply(found)
        page = max(1, page)
        if same:
            groups = _place_by_place(session, narrowed, same)
        elif sort == "newest":
            groups = _newest_first(session, narrowed)
        else:
            groups = _best_first(session, narrowed, own_first=reach is not Reach.SOME)
        known = list(islice(groups, page * per_page + 1))
        shown = known[(page - 1) * per_page : page * per_page]
        by_relevance = not same and sort != "newest"
        return SearchResult(
            query=text,
            hits=hits_of(session, shown, paths, best_first=by_relevance and page == 1),
            count=narrowed.count(),
            count_anywhere=found.count(),
            relaxed=reach is Reach.SOME and found.count() > 0,
            widened=reach is Reach.ALL_FIRST,
            facets=session.filters.facets(found),
            page=page,
            per_page=per_page,
            took_ms=round((time.perf_counter() - started) * 1000),
            ended=session.filters.apply(every).count() - narrowed.count(),
            distinct=min(len(known), page * per_page),
            has_next=len(known) > page * per_page,
            help=None if narrowed.count() else _help(session, text, found, wanted),
            ways=_ways(session, text, wanted, reach, narrowed) if ways_on and not same else NO_WAYS,
            labels=filters.labels,
        )


def _help(session: Session, text: str, found: Match, wanted: np.ndarray) -> Help:
    """What leads on from here."""
    if found.count():
        return Help(wider=wider_areas(session.filters, found))
    return Help(
        nearest=nearest_queries(session, text, wanted, text_fields(Page)),
        also=other_names(session.asked),
    )


def _ways(session: Session, text: str, wanted: np.ndarray, reach: Reach, found: Match) -> Ways:
    """Where to go from here; every way finds something under the filters that it keeps."""
    here = session.filters.mask(wanted)
    in_area = session.filters.mask(wanted, without=OTHER_FILTERS)
    return Ways(
        also=also_sought(session, text, here, loose=reach is not Reach.ALL),
        parts=single_words(session, here) if reach is Reach.SOME else [],
        related=related_questions(session, in_area, many=found.count() == 0),
    )


def _match(session: Session, public: np.ndarray, wanted: np.ndarray) -> tuple[Match, "Reach"]:
    """(public documents, how much of what was asked they have)."""
    asked = session.asked
    if not asked:
        return session.found(query.Everything(), public), Reach.ALL
    strict = session.found(asked.strict(), public)
    likely = strict.within(wanted)
    if likely.count() and not asked.is_loose:
        return strict, Reach.ALL
    best = [session.answers(doc) for doc in likely.best(RERANKED).tolist()]
    if sum(picked.has_all and picked.counts for picked in best) >= ENOUGH:
        return strict, Reach.ALL
    some = session.found(asked.relaxed(), public)
    if not some.within(wanted).count():
        return strict, Reach.ALL
    return some, Reach.ALL_FIRST if any(picked.has_all for picked in best) else Reach.SOME


def _mask_of(snapshot: Snapshot, docs: np.ndarray) -> np.ndarray:
    mask = np.zeros(snapshot.size, dtype=bool)
    mask[docs] = True
    return mask


def _best_first(session: Session, match: Match, *, own_first: bool) -> Iterator[Group]:
    """Distinct hits, the asker's own place first; the first ones by the passage they show."""
    snapshot, answers = session.snapshot, session.answers
    tiers = tiers_of(snapshot, session.near if own_first else "")
    own = match.within(tiers < ELSEWHERE).best()
    own = own[np.argsort(tiers[own], kind="stable")][:OWN_FIRST]
    tiers = np.where(_mask_of(snapshot, own), tiers, ELSEWHERE)
    walk = iter(Walk(match, own, answers, session.evaluator.same))
    head = list(islice(walk, max(RERANKED, own.size + PER_PAGE)))
    docs = np.array([group.picked.doc for group in head], dtype=np.int32)
    scores = match.at(docs)
    scores = (scores / (scores.max(initial=0) or 1) + SCORE_FLOOR) * np.array(
        [answers.weight(group.picked) for group in head]
    )
    if not own_first:
        nearness = tiers_of(snapshot, session.near)
        scores[nearness[docs] < ELSEWHERE] *= OWN_WEIGHT
    order = np.lexsort((np.arange(docs.size), -scores, tiers[docs])) if head else ()
    yield from (head[place] for place in order)
    yield from walk


def _newest_first(session: Session, match: Match) -> Iterator[Group]:
    snapshot = session.snapshot
    dates = snapshot.dates[match.docs].astype(np.float32)
    dated = Match.sparse(snapshot.size, match.docs, dates)
    nothing = np.array([], dtype=np.int32)
    yield from Walk(dated, nothing, session.answers, session.evaluator.same)


def _place_by_place(session: Session, match: Match, signature: str) -> Iterator[Group]:
    """Every document that has the passage, in the order of the tree."""
    snapshot = session.snapshot
    docs = match.docs[np.argsort(snapshot.paths[match.docs], kind="stable")]
    for doc in docs.tolist():
        passages = [Passage(*stored) for stored in snapshot.passages(doc)]
        own = [passage for passage in passages if passage.signature == signature]
        yield Group(Picked(doc, own[0] if own else None))
