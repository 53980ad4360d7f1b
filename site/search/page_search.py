"""What a resident finds: the one search that the page, the command and later the API share.

Shows published pages without view restriction only, whoever asks.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from django.conf import settings
from django.utils.functional import cached_property
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search import query, synonyms
from search.analyzer import Unit, asked_measures, normalise, query_units
from search.areas import COUNTY, TOWNSHIP, VILLAGE, area_resolver
from search.columns import Snapshot
from search.evaluator import Match, count_tags, count_values
from search.kinds import KIND_LABELS
from search.passages import Passage, highlight, pick_passage, snippet
from search.schema import LIVE, RESTRICTED, SAMPLE, text_fields

MAX_QUERY = 100
PER_PAGE = 20
RERANKED = 60
"""Best hits whose passages are read, so that the article that answers comes first."""

PASSAGE_WEIGHT = 2.0
"""How much a hit gains whose one passage, or title, has the whole query; half of it: a quarter."""

KIND_WEIGHTS = {"consultation": 0.5, "feature": 0.5, "household": 0.5}
"""What was talked of or told as an example stands behind the rule in force itself."""

FACET_VALUES = 30

_QUOTES = re.compile('["“”＂「」『』]')


@dataclass(frozen=True)
class Hit:
    """One page found. ``passage`` plain text, ``passage_html`` escaped with marks."""

    title: str
    title_html: str
    url: str
    area: str
    kind: str
    kind_label: str
    passage: str
    passage_html: str
    label: str
    same: int = 1


@dataclass(frozen=True)
class FacetValue:
    """One way to narrow a search, and how much it would leave."""

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True)
class SearchResult:
    """``count`` hits under all filters, ``count_anywhere`` without them.

    ``relaxed``: nothing had all the words, so the hits have some of them.
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

    @property
    def pages(self) -> int:
        """Number of result pages."""
        return -(-self.count // self.per_page)


@dataclass(frozen=True)
class Asked:
    """A query taken apart: units to find and mark, phrases, and what is to be counted."""

    units: list[Unit]
    phrases: list[str]
    measures: tuple[str, ...]

    @classmethod
    def from_text(cls, text: str) -> "Asked":
        """Reads what a person typed; words in quotation marks are one phrase."""
        parts = _QUOTES.split(text)
        if len(parts) % 2 == 0:
            parts = [" ".join(parts)]
        phrases = [part for part in parts[1::2] if normalise(part).strip()]
        plain = " ".join(parts[::2])
        return cls(query_units(plain, synonyms.current()), phrases, asked_measures(plain))

    @cached_property
    def marked(self) -> list[Unit]:
        """Units to mark in a text, phrases among them."""
        return [*self.units, *(Unit((normalise(p).strip(),), ()) for p in self.phrases)]

    def strict(self) -> query.Node:
        """All words, and every phrase."""
        parts = [query.phrase_node(phrase) for phrase in self.phrases]
        if self.units:
            parts.append(query.units_node(self.units, "and"))
        return query.AllOf(tuple(parts)) if parts else query.Nothing()

    def relaxed(self) -> query.Node:
        """Some of the words; phrases stay what they are."""
        phrases = [query.phrase_node(phrase) for phrase in self.phrases]
        words = query.relaxed_node(self.units)
        return query.AnyOf((*phrases, words))


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
) -> SearchResult:
    """Finds published pages: all words first, some of them where nothing has all.

    Places are given by division code. ``sort`` is ``relevance`` or ``newest``. The number of
    database queries does not depend on the number of hits.
    """
    started = time.perf_counter()
    text = " ".join(text[:MAX_QUERY].split())
    asked = Asked.from_text(text)
    chosen = {
        "kind": kind,
        "county": county,
        "township": township,
        "village": village,
        "year": str(year) if year else None,
        "tag": tag,
    }
    chosen = {name: value for name, value in chosen.items() if value}
    if not (asked.units or asked.phrases or chosen):
        return SearchResult(text, per_page=per_page)

    evaluator, snapshot = get_search_backend().evaluate(text_fields(Page))
    public = _public(snapshot)
    if asked.units or asked.phrases:
        found, relaxed = evaluator.match(asked.strict()).within(public), False
        if not found.count():
            found, relaxed = evaluator.match(asked.relaxed()).within(public), True
    else:
        found, relaxed = evaluator.match(query.Everything()).within(public), False

    masks = {name: _mask(snapshot, name, value) for name, value in chosen.items()}
    narrowed = found.within(_without(masks, None, snapshot.size))
    docs = _ordered(snapshot, narrowed, asked, sort)
    page = max(1, page)
    shown = docs[(page - 1) * per_page : page * per_page]
    return SearchResult(
        query=text,
        hits=_hits(snapshot, shown, asked),
        count=narrowed.count(),
        count_anywhere=found.count(),
        relaxed=relaxed and found.count() > 0,
        facets=_facets(snapshot, found.mask, masks, chosen),
        page=page,
        per_page=per_page,
        took_ms=round((time.perf_counter() - started) * 1000),
    )


def _public(snapshot: Snapshot) -> np.ndarray:
    flags = snapshot.column("flags")
    visible = (flags & LIVE > 0) & (flags & RESTRICTED == 0) & snapshot.present
    if not settings.CUNYUE_SAMPLE:
        visible &= flags & SAMPLE == 0
    return visible & np.isin(snapshot.column("kind"), [kind.encode() for kind in KIND_LABELS])


_AREA_LEVELS = {"county": COUNTY, "township": TOWNSHIP, "village": VILLAGE}


def _mask(snapshot: Snapshot, name: str, value: str) -> np.ndarray:
    """Documents that one filter leaves; an unknown place leaves none."""
    if name in _AREA_LEVELS:
        path = area_resolver().path_for_code(value)
        return _area_column(snapshot, _AREA_LEVELS[name]) == (path or "-").encode()
    if name == "tag":
        wanted = value.encode()
        tags = snapshot.column("tags")
        return np.array([wanted in tags_of.split(b"\n") for tags_of in tags], dtype=bool)
    if name == "year":
        return snapshot.column("year") == (int(value) if value.isdecimal() else -1)
    return snapshot.column(name) == value.encode()


def _area_column(snapshot: Snapshot, length: int) -> np.ndarray:
    return snapshot.column("path").astype(f"S{length}")


def _without(masks: dict[str, np.ndarray], name: str | None, size: int) -> np.ndarray:
    """All filters together but one; a facet counts what each of its values would leave.

    A wider place stays when a narrower one is counted; narrower ones go with the wider one.
    """
    levels = list(_AREA_LEVELS)
    dropped = set(levels[levels.index(name) :]) if name in levels else {name}
    together = np.ones(size, dtype=bool)
    for other, mask in masks.items():
        if other not in dropped:
            together &= mask
    return together


def _ordered(snapshot: Snapshot, match: Match, asked: Asked, sort: str) -> np.ndarray:
    best = match.best()
    if sort == "newest":
        return best[np.argsort(-snapshot.column("year")[best], kind="stable")]
    head = best[:RERANKED]
    cover = np.array([_cover(snapshot, doc, asked) for doc in head])
    kinds = [kind.decode() for kind in snapshot.column("kind")[head]]
    weights = np.array([KIND_WEIGHTS.get(kind, 1.0) for kind in kinds])
    scores = match.scores[head] * (1 + PASSAGE_WEIGHT * cover**2) * weights
    return np.concatenate([head[np.argsort(-scores, kind="stable")], best[RERANKED:]])


def _cover(snapshot: Snapshot, doc: int, asked: Asked) -> float:
    """The share of the query that the hit's best passage, or else its title, has."""
    title = Passage("", snapshot.stored(doc).get("texts", {}).get("title", ""), "")
    passages = _passages(snapshot, doc)
    return max(
        pick_passage(passages, asked.marked, asked.measures).cover,
        pick_passage([title], asked.marked).cover,
    )


def _passages(snapshot: Snapshot, doc: int) -> list[Passage]:
    return [Passage(*stored) for stored in snapshot.stored(doc).get("passages", ())]


def _hits(snapshot: Snapshot, docs: np.ndarray, asked: Asked) -> list[Hit]:
    pks = [int(snapshot.column("pk")[doc]) for doc in docs]
    pages = Page.objects.live().in_bulk(pks)
    labels = area_resolver().labels(list(pages.values()))
    hits = []
    for doc, pk in zip(docs, pks, strict=True):
        if pk not in pages:
            continue
        page, kind = pages[pk], snapshot.column("kind")[doc].decode()
        picked = pick_passage(_passages(snapshot, doc), asked.marked, asked.measures).passage
        shown = snippet(picked.text, asked.marked) if picked else ""
        anchor = f"#{picked.anchor}" if picked and picked.anchor else ""
        hits.append(
            Hit(
                title=page.title,
                title_html=highlight(page.title, asked.marked),
                url=f"{page.url or ''}{anchor}",
                area=labels.get(pk, ""),
                kind=kind,
                kind_label=str(KIND_LABELS[kind]),
                passage=shown,
                passage_html=highlight(shown, asked.marked),
                label=picked.label if picked else "",
            )
        )
    return hits


def _facets(snapshot, found: np.ndarray, masks, chosen) -> dict[str, list[FacetValue]]:
    counted: dict[str, dict] = {}
    for name in ("kind", "county", "township", "village", "year", "tag"):
        if name == "township" and "county" not in chosen:
            continue
        if name == "village" and "township" not in chosen:
            continue
        mask = found & _without(masks, name, snapshot.size)
        if name == "tag":
            counted[name] = count_tags(snapshot.column("tags"), mask)
        elif name in _AREA_LEVELS:
            counted[name] = count_values(_area_column(snapshot, _AREA_LEVELS[name]), mask)
        else:
            counted[name] = count_values(snapshot.column(name), mask)
    paths = [path.decode() for name in _AREA_LEVELS for path in counted.get(name, ())]
    places = area_resolver().by_paths(paths) if paths else {}

    def area(path: bytes) -> tuple[str, str] | None:
        return places.get(path.decode())

    described: dict[str, Callable] = {
        "kind": lambda kind: (kind.decode(), str(KIND_LABELS[kind.decode()])),
        "year": lambda year: (str(year), str(year)) if year else None,
        "tag": lambda tag: (tag, tag),
        **dict.fromkeys(_AREA_LEVELS, area),
    }
    return {
        name: _facet_values(
            sorted(counts.items(), key=_newest_first if name == "year" else _most_frequent_first),
            described[name],
            chosen.get(name),
        )
        for name, counts in counted.items()
    }


def _newest_first(item: tuple) -> int:
    return -item[0]


def _most_frequent_first(item: tuple) -> tuple:
    return -item[1], item[0]


def _facet_values(counts: list, describe: Callable, chosen: str | None) -> list[FacetValue]:
    values = []
    for raw, count in counts:
        described = describe(raw)
        if described:
            value, label = described
            values.append(FacetValue(value, label, count, value == chosen))
    return values[:FACET_VALUES]
