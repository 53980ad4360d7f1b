"""What a resident finds: the one search that the page, the command and later the API share.

Shows published pages without view restriction only, whoever asks.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

import numpy as np
from django.conf import settings
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search import outbox, query
from search.answers import Answers
from search.areas import area_resolver
from search.asked import MAX_QUERY, Asked
from search.collapse import Group, Picked, Walk
from search.columns import Snapshot
from search.documents import restricted_paths
from search.evaluator import Evaluator
from search.facets import AREA_LEVELS, FacetValue, Filters
from search.kinds import KIND_LABELS
from search.matches import Match
from search.nearest import Help, nearest_queries, other_names, wider_areas
from search.passages import Passage, highlight, snippet
from search.place_names import place_names
from search.schema import ENDED, LIVE, RESTRICTED, SAMPLE, text_fields

PER_PAGE = 20
SCORE_FLOOR = 1.0
"""How little the score of the whole page counts beside the passage that answers."""

RERANKED = 60
"""Best distinct hits whose passages are read, so that the article that answers comes first."""

ENOUGH = 3
"""Pages that answer a whole sentence, with fewer of which those with a part of it are added."""

OWN_GROUP, OWN_VILLAGE, ELSEWHERE = 0, 1, 2
OWN_WEIGHT = 2.0
"""What an answer of the asker's own place gains where nothing has all that was asked for."""
OWN_NAMES = {OWN_GROUP: "group", OWN_VILLAGE: "village"}
_VILLAGE_PATH, _GROUP_PATH = 20, 24
OWN_FIRST = 60
"""Most pages of the asker's own place that are put before all others."""


@dataclass(frozen=True)
class Hit:
    """One page found. ``passage`` plain text, ``passage_html`` escaped with marks.

    ``same``: number of other pages found that have the same passage; ``signature`` lists them.
    ``own``: ``group`` or ``village`` where the page is of the asker's own place, else empty.
    """

    title: str
    title_html: str
    url: str
    area: str
    kind: str
    kind_label: str
    passage: str
    passage_html: str
    label: str
    same: int = 0
    signature: str = ""
    own: str = ""
    ended: bool = False


@dataclass(frozen=True)
class SearchResult:
    """``count`` pages under all filters, ``count_anywhere`` without them.

    ``relaxed``: nothing had all the words, so the hits have some of them; ``widened``: a few had
    all and come first. ``ended``: further
    pages that are no longer in force. ``distinct``: hits known so far, of which there may be
    more where ``has_next``; fewer than pages, for near-identical passages are one hit. ``help``
    only where nothing was found.
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


class Reach(Enum):
    """All of the words, all of them first and then some, or some of them only."""

    ALL, ALL_FIRST, SOME = range(3)


@dataclass(frozen=True)
class Session:
    """What one search works on: the index as it is now and what was asked of it.

    ``near``: tree path of the asker's own village or group, or empty.
    """

    evaluator: Evaluator
    snapshot: Snapshot
    asked: Asked
    filters: Filters
    answers: Answers
    near: str = ""

    def found(self, node: query.Node, mask: np.ndarray) -> Match:
        """Documents of a mask that match."""
        return self.evaluator.match(node).within(mask)


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
) -> SearchResult:
    """Finds published pages: all words first, some of them where nothing has all.

    Places are given by division code; ``near`` is the asker's own village, or group as
    ``code-number``. ``sort`` is ``relevance`` or ``newest``. ``ended`` takes in what is no longer
    in force. ``same`` lists, place by place, the pages that have the passage with that signature.
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
        public = public_mask(snapshot, restricted_paths())
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
        return SearchResult(
            query=text,
            hits=_hits(session, known[(page - 1) * per_page : page * per_page], paths),
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
        )


def _help(session: Session, text: str, found: Match, wanted: np.ndarray) -> Help:
    """What leads on from here."""
    if found.count():
        return Help(wider=wider_areas(session.filters, found))
    return Help(
        nearest=nearest_queries(session, text, wanted, text_fields(Page)),
        also=other_names(session.asked),
    )


def public_mask(snapshot: Snapshot, restricted: tuple[str, ...]) -> np.ndarray:
    """Documents that anybody may see, in force or not.

    ``restricted``: what ``restricted_paths()`` says this moment; the index may be behind.
    """

    def make() -> np.ndarray:
        flags = snapshot.flags
        visible = (flags & LIVE > 0) & (flags & RESTRICTED == 0) & snapshot.present
        if not settings.CUNYUE_SAMPLE:
            visible &= flags & SAMPLE == 0
        codes, kinds = snapshot.codes("kind")
        known = [code for code, kind in enumerate(kinds) if kind in KIND_LABELS]
        return visible & np.isin(codes, known) & ~snapshot.at_or_under(restricted)

    return snapshot.kept(f"public, samples {settings.CUNYUE_SAMPLE}, without {restricted}", make)


def ended_mask(snapshot: Snapshot) -> np.ndarray:
    """Documents of rules that are not in force."""
    return snapshot.kept("ended", lambda: snapshot.flags & ENDED > 0)


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
    tiers = _tiers(snapshot, session.near if own_first else "")
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
        nearness = _tiers(snapshot, session.near)
        scores[nearness[docs] < ELSEWHERE] *= OWN_WEIGHT
    order = np.lexsort((np.arange(docs.size), -scores, tiers[docs])) if head else ()
    yield from (head[place] for place in order)
    yield from walk


def _tiers(snapshot: Snapshot, near: str) -> np.ndarray:
    """How near each document is to the place with a tree path: own group, own village, else."""
    tiers = np.full(snapshot.size, ELSEWHERE, dtype=np.int8)
    if len(near) < _GROUP_PATH:
        tiers[snapshot.where("village", near) if near else []] = OWN_VILLAGE
        return tiers
    village = np.flatnonzero(snapshot.where("village", near[:_VILLAGE_PATH]))
    codes, kinds = snapshot.codes("kind")
    paths = [path.decode() for path in snapshot.paths[village].tolist()]
    groups = {
        path
        for doc, path in zip(village.tolist(), paths, strict=True)
        if kinds[codes[doc]] == "place" and len(path) == _GROUP_PATH
    }
    for doc, path in zip(village.tolist(), paths, strict=True):
        if path.startswith(near):
            tiers[doc] = OWN_GROUP
        elif path[:_GROUP_PATH] not in groups:
            tiers[doc] = OWN_VILLAGE
    return tiers


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


KIN_TRIED = 20
"""Pages with the same passage among which one is sought that may still be shown."""


def _with_public_pages(session: Session, groups: list[Group]) -> tuple[list[Group], dict]:
    """(groups, {pk: page}), each shown by a live page: one just withdrawn hides none of its copies.

    One query, or three where the index still has what is gone.
    """
    numbers = session.snapshot.numbers("number")

    def pages_of(docs) -> dict[int, Page]:
        return Page.objects.live().in_bulk([int(numbers[doc]) for doc in docs])

    pages = pages_of(group.picked.doc for group in groups)
    kin = {
        group.picked.doc: session.evaluator.same(group.picked.signature)[:KIN_TRIED].tolist()
        for group in groups
        if group.same and int(numbers[group.picked.doc]) not in pages
    }
    if not kin:
        return groups, pages
    alike = pages_of(doc for docs in kin.values() for doc in docs)
    shown = []
    for group in groups:
        docs = [doc for doc in kin.get(group.picked.doc, ()) if int(numbers[doc]) in alike]
        shown.append(Group(session.answers(docs[0]), group.same) if docs else group)
    return shown, pages_of(group.picked.doc for group in shown)


def _hits(session: Session, groups: list[Group], paths: dict[str, str]) -> list[Hit]:
    """Hits for groups, as the database says this moment: the index may be a second behind."""
    snapshot, marked = session.snapshot, session.asked.marked
    groups, pages = _with_public_pages(session, groups)
    docs = [group.picked.doc for group in groups]
    pks = snapshot.numbers("number")[docs].tolist()
    restricted = restricted_paths() if pages else ()
    stale = outbox.pending_among(Page, pages) if pages else set()
    within = [paths.get(session.filters.chosen.get(name, ""), "") for name in AREA_LEVELS]
    labels = area_resolver().labels(list(pages.values())) if pages else {}
    codes, kinds = snapshot.codes("kind")
    tiers = _tiers(snapshot, session.near)
    hits = []
    for group, doc, pk in zip(groups, docs, pks, strict=True):
        page = pages.get(pk)
        if page is None or page.path.startswith(restricted or ("-",)):
            continue
        if not all(page.path.startswith(path) for path in within):
            continue
        kind, passage = kinds[codes[doc]], group.picked.passage
        if str(pk) in stale:
            passage = None
        shown = snippet(passage.text, marked) if passage else ""
        anchor = f"#{passage.anchor}" if passage and passage.anchor else ""
        hits.append(
            Hit(
                title=page.title,
                title_html=highlight(page.title, marked),
                url=f"{page.url or ''}{anchor}",
                area=labels.get(pk, ""),
                kind=kind,
                kind_label=str(KIND_LABELS[kind]),
                passage=shown,
                passage_html=highlight(shown, marked),
                label=passage.label if passage else "",
                same=group.same,
                signature=group.picked.signature if group.same else "",
                own=OWN_NAMES.get(int(tiers[doc]), ""),
                ended=bool(snapshot.flags[doc] & ENDED),
            )
        )
    return hits
