"""What readers and search see of 沿用村约: on the group's page and on the village's covenant."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.adoption import editions_by_page, shown_of
from covenants.limit_table import limits_of
from covenants.models.edition import Edition, Provision
from covenants.models.following import DifferingArticle, Following
from covenants.models.rule import CovenantPage
from covenants.reading import day_text, suspension_sentence
from villages.models import GroupPage
from villages.models.public import GROUP, STEP, VILLAGE
from villages.visibility import hidden_roots, shown


@dataclass(frozen=True)
class DifferingRow:
    """An article that differs, beside what the village's own says on the day looked at.

    `village_text`: the village's words, or those quoted at the registration where it has none any
    more, or empty where they were taken from readers; `note` says what became of the village's
    article since, or is empty, and `former` then are the words quoted; `limits`: [{"matter",
    "scope", "figure"}] the village's article sets.
    """

    article: DifferingArticle
    note: str
    village_text: str
    former: str
    village_url: str
    limits: list[dict]

    @property
    def registered_text(self) -> str:
        """The village's words as quoted at the registration, where readers may have any."""
        return self.article.village_text if self.village_text else ""


@dataclass(frozen=True)
class Held:
    """What a group follows on a day: `on`, or today where that is None.

    `covenant` is None where it may not be listed, `edition` (of it, that day) where there is none;
    `rows` in the covenant's order.
    """

    following: Following
    covenant: CovenantPage | None
    edition: Edition | None
    sentence: str
    rows: list[DifferingRow]
    on: datetime.date | None

    @property
    def query(self) -> str:
        """What keeps the day in a link to the village's covenant."""
        return f"?on={self.on.isoformat()}" if self.on else ""


def following_values(group, hidden, on: datetime.date | None = None) -> Held | None:
    """What a group follows on a day (default: today), or None. At most six queries."""
    return held_by_groups([group.pk], hidden, on).get(group.pk)


def held_by_groups(groups, hidden, on: datetime.date | None = None) -> dict[int, Held]:
    """{group pk: what it follows on a day} for the pks of groups that do; at most six queries.

    `hidden`: of `hidden_roots`, or None to name covenants that readers may not see.
    """
    standing = list(Following.objects.in_force(on).filter(group__in=groups))
    if not standing:
        return {}
    pages = CovenantPage.objects.filter(pk__in={row.covenant_id for row in standing})
    pages = pages if hidden is None else shown(pages, hidden)
    covenants = list(pages.defer("body"))
    return held_of(standing, covenants, editions_by_page(covenants), on)


def held_of(followings, covenants, editions, on) -> dict[int, Held]:
    """{group pk: `Held`} of followings in force on a day; at most three queries.

    `covenants`: the pages of those that readers may see; `editions`: {page pk: all by number}.
    """
    pages = {page.pk: page for page in covenants}
    chosen = {}
    for pk in pages:
        of_day = [e for e in editions.get(pk, []) if on is None or e.in_force(on)]
        chosen |= {pk: shown_of(of_day)} if of_day else {}
    by_group = {row.group_id: row for row in sorted(followings, key=attrgetter("effective_from"))}
    rows = _rows_by_following(by_group.values(), pages, chosen, on)
    return {
        group: Held(
            following,
            pages.get(following.covenant_id),
            chosen.get(following.covenant_id),
            _sentence(following),
            rows.get(following.pk, []),
            on,
        )
        for group, following in by_group.items()
    }


def _sentence(following) -> str:
    values = {"since": day_text(following.effective_from)}
    if following.ended_on:
        values["until"] = day_text(following.ended_on)
        return _("自%(since)s起沿用，到%(until)s为止。") % values
    return _("自%(since)s起沿用。") % values


def _rows_by_following(followings, covenants, editions, on) -> dict[int, list[DifferingRow]]:
    articles = list(DifferingArticle.objects.filter(following__in=list(followings)).order_by("pk"))
    if not articles:
        return {}
    ids = {article.stable_id for article in articles}
    chosen = {edition.pk: edition.page_id for edition in editions.values()}
    down = {page for page, edition in editions.items() if edition.is_ordered_down}
    provisions = Provision.objects.filter(edition__in=chosen, stable_id__in=ids)
    provisions = provisions.exclude(edition__page__in=down)
    now = {(chosen[row.edition_id], row.stable_id): row for row in provisions}
    limits = limits_of(list(now.values()))
    query = f"?on={on.isoformat()}" if on else ""
    covenant_of = {following.pk: following.covenant_id for following in followings}
    found: dict[int, list[tuple[int, DifferingRow]]] = defaultdict(list)
    for article in articles:
        covenant = covenant_of[article.following_id]
        provision = now.get((covenant, article.stable_id))
        url = ""
        if provision:
            url = f"{covenants[covenant].url}{query}#{provision.anchor}"
        if covenant in down:
            row = DifferingRow(article, _("村里的这一版已按责令改正撤下。"), "", "", "", [])
        else:
            row = _row(article, provision, covenant in editions, url, limits, on)
        found[article.following_id].append((provision.position if provision else 0, row))
    return {
        pk: [row for _place, row in sorted(rows, key=itemgetter(0))] for pk, rows in found.items()
    }


def _row(article, provision, is_known, url, limits, on) -> DifferingRow:
    note, former, text = "", "", article.village_text
    if provision is None and is_known:
        note = _("村里的规约里没有这一条了。")
    elif provision and provision.plain_text != text:
        note, former, text = _("村里的这一条后来改过。"), text, provision.plain_text
    if provision:
        note += suspension_sentence(provision, on or timezone.localdate())
    own = limits.get((provision.edition_id, provision.stable_id), []) if provision else []
    return DifferingRow(article, note, text, former, url, own)


def held_passages(areas) -> dict[int, list[tuple[str, str, str]]]:
    """The articles that differ in groups, as `villages` asks for what search finds there."""
    groups = [area.pk for area in areas if len(area.path) == GROUP]
    if not groups:
        return {}
    following = Following.objects.in_force().filter(group__in=groups)
    articles = DifferingArticle.objects.filter(following__in=following)
    found: dict[int, list] = {}
    for article in articles.select_related("following"):
        passage = (article.label, article.text, article.anchor)
        found.setdefault(article.following.group_id, []).append(passage)
    return found


def followers(page, on: datetime.date | None = None) -> list[Page]:
    """The groups that follow a village's covenant on a day and may be listed, in order."""
    if not page.pk or len(page.path) != VILLAGE + STEP:
        return []
    following = Following.objects.in_force(on).filter(covenant=page.pk)
    groups = GroupPage.objects.filter(pk__in=following.values("group"))
    return list(shown(groups, hidden_roots()).order_by("path"))
