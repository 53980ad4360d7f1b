"""The rules' part of a village's or group's page."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.followed import following_values
from covenants.kinds import COVENANT, KINDS, kind_name
from covenants.models import CouncilPage, CovenantPage, Edition
from covenants.reading import status_sentence
from villages.models import AreaPage, GroupPage, VillagePage
from villages.models.public import GROUP
from villages.sections import Section
from villages.visibility import shown


def rules_section(area, hidden) -> Section:
    """The place's covenant and charters with their status, what is missing, its groups' rules."""
    here = area.depth + 1
    covenants = _covenants(area, hidden)
    charters = shown(CouncilPage.objects.child_of(area), hidden).defer("body")
    pages = [page for page in covenants if page.depth == here]
    pages += sorted(charters, key=lambda page: KINDS.index(page.kind))
    community = getattr(area, "is_community", False)
    registered = {page.kind for page in pages}
    held = following_values(area, hidden) if isinstance(area, GroupPage) else None
    if held:
        registered.add(COVENANT)
    values = {
        "held": held,
        "rules": rule_rows(pages),
        "missing": [text_name(kind, community) for kind in KINDS if kind not in registered],
        "own_of_groups": [page for page in covenants if page.depth > here],
    }
    if isinstance(area, VillagePage) and (pages or values["own_of_groups"]):
        values["bundle"] = f"{area.url}zip/"
    return Section("rules", _("规约"), "covenants/sections/rules.html", values)


def text_name(kind: str, community: bool) -> str:
    """What a rule of this kind is called as a text: 村规民约, 红白理事会章程."""
    name = str(kind_name(kind, community=community))
    return name if kind == COVENANT else _("%(council)s章程") % {"council": name}


def _covenants(area, hidden) -> list[CovenantPage]:
    """The place's own covenant and, below a village, those of its groups with `group_title`."""
    group = AreaPage.objects.filter(path=Substr(OuterRef("path"), 1, GROUP))
    below = CovenantPage.objects.filter(path__startswith=area.path)
    named = below.annotate(group_title=Subquery(group.values("title")[:1]))
    return list(shown(named, hidden).defer("body").order_by("depth", "path"))


def rule_rows(pages, editions=None) -> list[dict]:
    """[{"page","edition","status"}] for rule pages; the edition readers would get, one query.

    `status` is the plain sentence that stands above the text.
    """
    today = timezone.localdate()
    chosen = shown_editions(pages) if editions is None else editions
    rows = []
    for page in pages:
        edition = chosen.get(page.pk)
        status = status_sentence(edition, today) if edition else _("正文尚未公布。")
        rows.append({"page": page, "edition": edition, "status": status})
    return rows


def shown_editions(pages) -> dict[int, Edition]:
    """{page pk: the edition readers get today}: in force, else the next one, else the last."""
    by_page: dict[int, list[Edition]] = {}
    for edition in Edition.objects.filter(page_id__in=[p.pk for p in pages]).order_by("number"):
        by_page.setdefault(edition.page_id, []).append(edition)
    return {pk: _first_shown(editions) for pk, editions in by_page.items()}


def _first_shown(editions):
    states = {"current": [], "future": [], "ended": []}
    for edition in editions:
        states[edition.state].append(edition)
    if states["current"]:
        return states["current"][-1]
    return states["future"][0] if states["future"] else editions[-1]
