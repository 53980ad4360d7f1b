"""Puts together what a place's page on one situation shows. Decides nothing the texts do not."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from covenants.kinds import kind_name
from covenants.models import DifferingArticle, Provision

from .choosing import Passage, Topic, ranked, relevance
from .figures import Figure, figures_of, leading, standing_in
from .held_texts import HeldText
from .marking import marked_items, segments
from .place import PlaceTexts, holder_word
from .reports import precedence_sentences, report_sentences

IN_FULL = 6
"""Articles of one text shown in full; the others are named with a link."""
FAR_BEHIND = 3
"""An article this many times less relevant than the nearest one is only named."""


@dataclass
class Article:
    """An article with the situation's words marked; `replaced`: a group has another one for it."""

    provision: Provision
    address: str
    segments: list
    items: list
    replaced: bool

    @property
    def anchor(self) -> str:
        return self.provision.anchor

    @property
    def suspended(self) -> bool:
        return self.provision.is_suspended()


@dataclass
class Excerpt:
    """What one text says about the situation; `further` are articles that only mention it."""

    text: HeldText
    articles: list[Article] = field(default_factory=list)
    further: list[Article] = field(default_factory=list)


@dataclass(frozen=True)
class Quote:
    """A sentence of an article in its own words."""

    sentence: str
    name: str
    label: str
    address: str


@dataclass(frozen=True)
class OwnWay:
    """What a group that follows its village has otherwise."""

    article: DifferingArticle
    segments: list
    address: str


@dataclass
class Column:
    """One side of a group's page, or the whole of a village's.

    `leading` are the figures in very large print.
    """

    title: str
    figures: list[Figure]
    leading: list[Figure]
    excerpts: list[Excerpt]
    own_ways: list[OwnWay] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.excerpts or self.own_ways)

    @property
    def further(self) -> list[Figure]:
        return [one for one in self.figures if one not in self.leading]

    @property
    def disagrees(self) -> bool:
        """Whether two of the texts set different numbers for the same."""
        return any(one.differs for one in self.figures)

    @property
    def suspended(self) -> bool:
        """Whether an article is suspended, so that its numbers are left out."""
        return any(a.suspended for e in self.excerpts for a in e.articles + e.further)


def column_of(
    title: str, texts: list[HeldText], topic: Topic, replaced: frozenset = frozenset()
) -> Column:
    """What some texts say: numbers and articles, the nearest first."""
    scored = [(text, ranked(text.passages, topic)) for text in texts]
    best = max((score for _text, rows in scored for _place, score in rows), default=0)
    excerpts = []
    for text, rows in scored:
        excerpt = Excerpt(text)
        for place, score in rows:
            provision = text.provisions[place]
            article = Article(
                provision,
                text.address(provision),
                segments(provision.text, topic),
                marked_items(provision.items, topic),
                provision.stable_id in replaced,
            )
            near = len(excerpt.articles) < IN_FULL and score * FAR_BEHIND > best
            (excerpt.articles if near else excerpt.further).append(article)
        if rows:
            excerpts.append(excerpt)
    figures = figures_of(standing_in(texts, replaced), topic)
    return Column(title, figures, leading(figures, topic), excerpts)


def own_ways(articles, topic: Topic, address: str) -> list[OwnWay]:
    """Those of a group's differing articles that concern the situation, in either text."""
    return [
        OwnWay(article, segments(article.text, topic), f"{address}#{article.anchor}")
        for article in articles
        if any(relevance(Passage(x), topic) for x in (article.text, article.village_text))
    ]


def reports_of(columns: list[Column], topic: Topic) -> list[Quote]:
    """Sentences on reporting in the articles shown in full that hold, each once."""
    quotes: dict[str, Quote] = {}
    for column in columns:
        for way in column.own_ways:
            for sentence in report_sentences(way.article.text, topic):
                quote = Quote(sentence, _("本组另有规定"), way.article.label, way.address)
                quotes.setdefault(sentence, quote)
        for excerpt in column.excerpts:
            for article in excerpt.articles:
                if article.suspended or article.replaced:
                    continue
                for sentence in report_sentences(article.provision.plain_text, topic):
                    label = article.provision.label
                    quote = Quote(sentence, excerpt.text.name, label, article.address)
                    quotes.setdefault(sentence, quote)
    return list(quotes.values())


def situation_context(place: PlaceTexts, situation) -> dict:
    """Context of the page.

    Keys: columns (`Column`s: one for a village; own and village's for a group), note (which of
    them applies, for a group), precedence (`Quote`s of the group's own text on that), reports
    (`Quote`s), council, charter, groups ([{"group", "column"}] that have it otherwise), nothing
    (whether no text says anything), registered (whether any text is in force).
    """
    topic = situation.topic
    if place.is_group:
        columns = _group_columns(place, topic)
    else:
        columns = [column_of(holder_word(place), place.own, topic)]
    community = place.community
    return {
        "columns": [column for column in columns if not column.is_empty],
        "note": _which_applies(place, columns) if place.is_group else "",
        "precedence": _precedence(place) if place.is_group else [],
        "reports": reports_of(columns, topic),
        "council": kind_name(situation.council, community=community) if situation.council else "",
        "charter": place.charter(situation.council) if situation.council else None,
        "groups": _groups_that_differ(place, topic),
        "nothing": all(column.is_empty for column in columns),
        "registered": bool(place.own or place.village),
        "holder": holder_word(place),
    }


def _group_columns(place: PlaceTexts, topic: Topic) -> list[Column]:
    own = column_of(_("本组的规定"), place.own, topic)
    own.own_ways = own_ways(place.own_differing, topic, place.area.url)
    village = column_of(_("村里的规定"), place.village, topic, place.replaced)
    return [own, village]


def _which_applies(place: PlaceTexts, columns: list[Column]) -> str:
    own, village = columns
    if place.follows:
        if own.own_ways:
            return _("本组沿用村里的规约，这件事本组另有规定的，按本组的规定办，其他按村里的办。")
        return _("本组沿用村里的规约，这件事按村里的规定办。")
    if place.own_covenant is None:
        return _("本站没有登记本组自己的规约，也没有登记沿用村约。下面是村里的规定。")
    if own.is_empty:
        return _("本组的规约里没有写这件事，下面是村里的规定。")
    if village.is_empty:
        return _("村里的规约没有写这件事，下面是本组的规定。")
    return _("本组和村里都写了这件事。两边写的不一样时照哪一份办，请问小组长或者村委会。")


def _precedence(place: PlaceTexts) -> list[Quote]:
    text = place.own_covenant
    if text is None or not place.village:
        return []
    return [
        Quote(sentence, text.name, provision.label, text.address(provision))
        for provision in text.provisions
        if not provision.is_suspended()
        for sentence in precedence_sentences(provision.plain_text)
    ]


def _groups_that_differ(place: PlaceTexts, topic: Topic) -> list[dict]:
    rows = []
    for group, texts in place.groups:
        column = column_of(group.title, texts, topic)
        differing = place.otherwise.articles.get(group.pk, [])
        column.own_ways = own_ways(differing, topic, group.url)
        if not column.is_empty:
            rows.append({"group": group, "column": column})
    return rows
