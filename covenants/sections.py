"""The rules' part of a village's or group's page."""

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.adoption import editions_by_page, shown_of
from covenants.group_section import group_values
from covenants.kinds import COVENANT, KINDS, kind_name
from covenants.ledger_timeline import under_way_below
from covenants.models import CouncilPage, CovenantPage, Edition
from covenants.reading import asked_day, nothing_in_force, status_sentence
from villages.models import AreaPage, GroupPage, VillagePage
from villages.models.public import GROUP, STEP, VILLAGE
from villages.places import children, path_range
from villages.sections import Section
from villages.visibility import shown


def rules_section(area, hidden) -> Section:
    """The place's covenant and charters with their status, what is missing, its groups' rules.

    On another day (`area.asked_on`, a raw `?on=` value) what held at the place then.
    """
    on, on_error = asked_day(area.asked_on)
    of_village = VILLAGE + STEP if isinstance(area, GroupPage) else 0
    here = len(area.path) + STEP
    covenants = _covenants(area, hidden)
    charters = shown(children(CouncilPage.objects.all(), area), hidden).defer("body")
    pages = [page for page in covenants if len(page.path) == here]
    pages += sorted(charters, key=lambda page: KINDS.index(page.kind))
    of_groups = [page for page in covenants if len(page.path) > here]
    above = next((page for page in covenants if len(page.path) == of_village), None)
    wanted = [*pages, *(of_groups if on else []), *([above] if above else [])]
    editions = editions_by_page(wanted)
    community = getattr(area, "is_community", False)
    registered = {page.kind for page in pages}
    values = {
        "on": on,
        "on_error": on_error,
        "rules": rows_on(pages, editions, on),
        "own_of_groups": [p for p in of_groups if not on or edition_of(editions, p, on)],
        "here": area.url,
    }
    if of_village:
        own = next((page for page in pages if page.kind == COVENANT), None)
        values |= group_values(area, on, own, above, editions)
        registered |= {COVENANT} if values["held"] else set()
    if not on:
        missing = [text_name(kind, community) for kind in KINDS if kind not in registered]
        values["missing"] = missing
        values["under_way"] = under_way_below(area) if isinstance(area, VillagePage) else []
    if isinstance(area, VillagePage) and (pages or of_groups):
        values["bundle"] = f"{area.url}zip/"
    return Section("rules", _("规约"), "covenants/sections/rules.html", values)


def text_name(kind: str, community: bool) -> str:
    """What a rule of this kind is called as a text: 村规民约, 红白理事会章程."""
    name = str(kind_name(kind, community=community))
    return name if kind == COVENANT else _("%(council)s章程") % {"council": name}


def _covenants(area, hidden) -> list[CovenantPage]:
    """The place's own covenant and, below a village, those of its groups with `group_title`.

    Of a group also its village's.
    """
    group = AreaPage.objects.filter(path=Substr(OuterRef("path"), 1, GROUP))
    wanted = Q(path__range=path_range(area.path))
    if isinstance(area, GroupPage):
        village = area.path[:VILLAGE]
        wanted |= Q(path__range=path_range(village), depth=(VILLAGE + STEP) // STEP)
    named = CovenantPage.objects.filter(wanted).annotate(
        group_title=Subquery(group.values("title")[:1])
    )
    return list(shown(named, hidden).defer("body").order_by("depth", "path"))


def rule_rows(pages, editions=None) -> list[dict]:
    """[{"page","edition","status","minute"}] for rule pages; one query.

    `edition` is the one readers would get, `status` the plain sentence that stands above the text,
    `minute` the first line of the one-minute version, which is told of a text in force only.
    """
    today = timezone.localdate()
    chosen = shown_editions(pages) if editions is None else editions
    rows = []
    for page in pages:
        edition = chosen.get(page.pk)
        status = status_sentence(edition, today) if edition else _("正文尚未公布。")
        minute = _first_line(page.one_minute) if edition and edition.in_force(today) else ""
        rows.append({"page": page, "edition": edition, "status": status, "minute": minute})
    return rows


def rows_on(pages, editions: dict[int, list[Edition]], on) -> list[dict]:
    """`rule_rows` for a day (None: today) from all editions of each page; no query.

    A row of another day has `url`, too: the page as it was then.
    """
    if on is None:
        return rule_rows(pages, {pk: shown_of(found) for pk, found in editions.items()})
    rows = []
    for page in pages:
        edition = edition_of(editions, page, on)
        if edition:
            status = status_sentence(edition, timezone.localdate())
        else:
            status = nothing_in_force(editions.get(page.pk, [])[::-1], on)
        url = f"{page.url}?on={on.isoformat()}"
        rows.append({"page": page, "edition": edition, "status": status, "url": url})
    return rows


def edition_of(editions: dict[int, list[Edition]], page, on) -> Edition | None:
    """The edition of a page in force on a day."""
    return next((e for e in reversed(editions.get(page.pk, [])) if e.in_force(on)), None)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def shown_editions(pages) -> dict[int, Edition]:
    """{page pk: the edition readers get today}: in force, else the next one, else the last."""
    return {pk: shown_of(editions) for pk, editions in editions_by_page(pages).items()}
