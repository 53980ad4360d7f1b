"""What readers and search see of 沿用村约: on the group's page and on the village's covenant."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.adoption import shown_of
from covenants.models.edition import Edition, Provision
from covenants.models.following import DifferingArticle, Following
from covenants.models.rule import CovenantPage
from covenants.reading import day_text
from villages.models import GroupPage
from villages.models.public import GROUP, STEP, VILLAGE
from villages.visibility import hidden_roots, shown


@dataclass(frozen=True)
class DifferingRow:
    """An article that differs; `note` says what became of the village's own, or is empty."""

    article: DifferingArticle
    note: str
    village_url: str


def following_values(group, hidden) -> dict | None:
    """What a group's page says of the following in force today, or None. At most five queries.

    Keys: following, sentence (since when), covenant (a page, None where it may not be listed),
    edition (of it, shown today, or None), rows (`DifferingRow`s in the covenant's order).
    """
    standing = Following.objects.in_force().filter(group=group.pk)
    following = standing.order_by("-effective_from").first()
    if following is None:
        return None
    pages = CovenantPage.objects.filter(pk=following.covenant_id).defer("body")
    covenant = shown(pages, hidden).first()
    edition = None
    if covenant:
        edition = shown_of(Edition.objects.filter(page_id=covenant.pk).order_by("number"))
    return {
        "following": following,
        "covenant": covenant,
        "edition": edition,
        "sentence": _sentence(following),
        "rows": _rows(following, covenant, edition),
    }


def _sentence(following) -> str:
    values = {"since": day_text(following.effective_from)}
    if following.ended_on and following.ended_on > timezone.localdate():
        values["until"] = day_text(following.ended_on)
        return _("自%(since)s起沿用，到%(until)s为止。") % values
    return _("自%(since)s起沿用。") % values


def _rows(following, covenant, edition) -> list[DifferingRow]:
    articles = list(following.differing.all())
    now: dict = {}
    if articles and edition:
        ids = [article.stable_id for article in articles]
        standing = Provision.objects.filter(edition=edition, stable_id__in=ids)
        now = {provision.stable_id: provision for provision in standing}
        articles.sort(key=lambda row: now[row.stable_id].position if row.stable_id in now else 0)
    rows = []
    for article in articles:
        provision, note = now.get(article.stable_id), ""
        if edition and provision is None:
            note = _("村里现在的版本没有这一条了。")
        elif provision and provision.plain_text != article.village_text:
            note = _("村里的这一条后来改过，下面引的是本组登记时的文字。")
        url = f"{covenant.url}#{provision.anchor}" if provision else ""
        rows.append(DifferingRow(article, note, url))
    return rows


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


def followers(page) -> list[Page]:
    """The groups that follow a village's covenant today and may be listed, in order."""
    if not page.pk or len(page.path) != VILLAGE + STEP:
        return []
    following = Following.objects.in_force().filter(covenant=page.pk)
    groups = GroupPage.objects.filter(pk__in=following.values("group"))
    return list(shown(groups, hidden_roots()).order_by("path"))
