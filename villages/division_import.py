"""Brings a division table into the tree: makes what is new, updates what changed, deletes nothing.

Three steps, each safe to be killed in: changes of existing places in one transaction, new places
in one transaction per township, moves. A run finds by itself what an earlier one left to do.
"""

import csv
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from editorial.review import ReviewRefused
from search import outbox
from villages import names
from villages.csv_table import Problem
from villages.division_matching import Match, Matching, Place, match
from villages.division_table import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    Division,
    DivisionTable,
    read_divisions,
)
from villages.models import AreaAlias, AreaPage, CountyPage, TownshipPage, VillagePage
from villages.planting import free_slug, plant

MODELS = {COUNTY: CountyPage, TOWNSHIP: TownshipPage, VILLAGE: VillagePage}
KEYS = {COUNTY: "county", TOWNSHIP: "township", VILLAGE: "village"}
ALIASES = Path(__file__).resolve().parent / "data" / "aliases.csv"


class NoHomePage(Exception):
    """The default site has no home page that places can stand under; the message says so."""


@dataclass
class Report:
    """What an import did, or with `dry_run` would do.

    `created`: {county, township, village: number}; `renamed`, `recoded`, `moved`: lists of
    {code, name, old, new}; `vanished`: {code, name, area}; `problems`: refused rows
    ({line, code, reason}); `notes`: sentences.
    """

    dry_run: bool
    encoding: str
    created: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEYS.values(), 0))
    unchanged: int = 0
    renamed: list[dict] = field(default_factory=list)
    recoded: list[dict] = field(default_factory=list)
    moved: list[dict] = field(default_factory=list)
    vanished: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self)


def home_page() -> Page:
    """The default site's root page. Raises `NoHomePage` where counties cannot stand under it."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    home = site.root_page.specific if site else None
    if home is None or not CountyPage.can_exist_under(home):
        raise NoHomePage(_("默认站点还没有首页,请先运行 prepare_site。"))
    return home


def import_divisions(
    data: bytes,
    *,
    dry_run: bool = False,
    today: datetime.date | None = None,
    progress: Callable[[list], Iterable] = iter,
) -> Report:
    """Import a division table given as the bytes of a CSV file.

    `today` dates the end of former names and codes; `progress` wraps the list of townships.
    Raises `csv_table.UnreadableTable` or `NoHomePage`; single bad rows are in the report.
    """
    home = home_page()
    places = load_places(home)
    table = read_divisions(data, {place.code for place in places})
    table.problems += _reissued(table, places)
    matching = match(table, places)
    report = _report(table, matching, places, dry_run)
    if not dry_run:
        _change(matching, report, today)
        _create(home, matching, progress)
        _move(matching, report)
        apply_aliases(ALIASES)
    return report


def load_places(home: Page) -> list[Place]:
    """All counties, townships and villages below the home page, as the matching sees them."""
    former, others = defaultdict(set), defaultdict(set)
    for area, kind, value in AreaAlias.objects.values_list("area_id", "kind", "value"):
        (former if kind == AreaAlias.CODE else others)[area].add(value)
    key_of_path: dict[str, int] = {home.path: 0}
    samples: set[int] = set()
    places = []
    for level, model in MODELS.items():
        rows = model.objects.filter(path__startswith=home.path, depth=home.depth + level - 2)
        for pk, path, code, name, sample in rows.order_by("path").values_list(
            "pk", "path", "code", "name", "sample"
        ):
            key_of_path[path] = pk
            county = key_of_path.get(path[: len(home.path) + Page.steplen], pk)
            if sample:
                samples.add(pk)
            places.append(
                Place(
                    key=pk,
                    level=level,
                    code=code,
                    name=name,
                    parent=key_of_path.get(path[: -Page.steplen], -1),
                    county=county,
                    former_codes=frozenset(former[pk]),
                    other_names=frozenset(others[pk]),
                    sample=sample or county in samples,
                )
            )
    return places


def apply_aliases(source: Path) -> int:
    """Give places the other names listed in a file (`code,name`); returns how many were missing."""
    with source.open(encoding="utf-8", newline="") as lines:
        wanted = [(row["code"], row["name"]) for row in csv.DictReader(lines)]
    areas = dict(AreaPage.objects.filter(code__in=[w[0] for w in wanted]).values_list("code", "pk"))
    known = set(
        AreaAlias.objects.filter(kind=AreaAlias.NAME, area__in=areas.values()).values_list(
            "area_id", "value"
        )
    )
    known |= set(AreaPage.objects.filter(pk__in=areas.values()).values_list("pk", "name"))
    missing = [
        AreaAlias(area_id=areas[code], kind=AreaAlias.NAME, value=name)
        for code, name in wanted
        if code in areas and (areas[code], name) not in known
    ]
    if missing:
        with transaction.atomic():
            AreaAlias.objects.bulk_create(missing)
            outbox.touch(Page, {alias.area_id for alias in missing})
    return len(missing)


def _reissued(table: DivisionTable, places: list[Place]) -> list[Problem]:
    """Take out rows, and what stands below them, whose code once was another place's.

    Printed codes lead to the former holder; a person must decide that they no longer do.
    """
    present = {division.code for division in table.divisions}
    current = {place.code for place in places}
    holders = {code: place for place in places for code in place.former_codes}
    refused: dict[str, Problem] = {}
    for division in table.divisions:
        holder = holders.get(division.code)
        if division.parent in refused:
            reason = f"上级 {division.parent} 所在行有误。"
        elif holder and division.code not in current and holder.code in present:
            reason = f"这个代码曾属于“{holder.name}”({holder.code}),请先在后台删除该别名。"
        else:
            continue
        refused[division.code] = Problem(division.line, division.code, reason)
    table.divisions = [d for d in table.divisions if d.code not in refused]
    return sorted(refused.values(), key=lambda problem: problem.line)


def _report(table, matching: Matching, places, dry_run) -> Report:
    names_of = {place.key: place.name for place in places}
    by_code = {division.code: division.name for division in table.divisions}
    report = Report(dry_run, table.encoding, problems=table.problems)
    for pair in matching.matches:
        division, place = pair.division, pair.place
        if place is None:
            report.created[KEYS[division.level]] += 1
            continue
        entry = {"code": division.code, "name": division.name}
        if pair.renamed:
            report.renamed.append(entry | {"old": place.name, "new": division.name})
        if pair.recoded:
            report.recoded.append(entry | {"old": place.code or "", "new": division.code})
        if pair.moved:
            old, new = names_of.get(place.parent, ""), by_code.get(division.parent, "")
            report.moved.append(entry | {"old": old, "new": new})
        if pair.outdated:
            report.notes.append(
                _("第%(line)d行:%(code)s 是“%(name)s”的旧代码(现为 %(now)s),未改动。")
                % {
                    "line": division.line,
                    "code": division.code,
                    "name": place.name,
                    "now": place.code,
                }
            )
        if not (pair.renamed or pair.recoded or pair.moved):
            report.unchanged += 1
    refused = {problem.code for problem in table.problems}
    for place in (p for p in matching.vanished if p.code not in refused):
        above = [names_of.get(key, "") for key in (place.county, place.parent) if key]
        area = names.full_area_name([*dict.fromkeys(above), place.name])
        report.vanished.append({"code": place.code or "", "name": place.name, "area": area})
    return report


@transaction.atomic
def _change(matching: Matching, report: Report, today: datetime.date | None) -> None:
    """Give places their new codes and names; the old ones stay as aliases."""
    changes = [pair for pair in matching.matches if pair.recoded or pair.renamed]
    recoded = [pair for pair in changes if pair.recoded]
    # Codes may be exchanged within one table: all are taken away before any is given.
    if recoded:
        AreaPage.objects.filter(pk__in=[pair.place.key for pair in recoded]).update(code=None)
    for pair in changes:
        _change_one(pair, report)
    for pair in changes:
        if pair.recoded and pair.place.code:
            AreaAlias.remember(_area(pair), AreaAlias.CODE, pair.place.code, today)
        if pair.renamed:
            former = AreaAlias.objects.filter(area_id=pair.place.key, value=pair.place.name)
            former.filter(valid_until=None).update(valid_until=today)


def _area(pair: Match) -> AreaPage:
    return AreaPage(pk=pair.place.key)


def _change_one(pair: Match, report: Report) -> None:
    page = MODELS[pair.division.level].objects.get(pk=pair.place.key)
    if pair.recoded:
        page.code = pair.division.code
        page.area_aliases.filter(kind=AreaAlias.CODE, value=page.code).delete()
    if pair.renamed:
        page.name = pair.division.name
        if isinstance(page, VillagePage):
            page.village_type = _village_type(page.name)
    page.name_from_title()
    if not page.has_unpublished_changes:
        page.draft_title = page.title
    page.save(clean=False)
    _carry_into_drafts(page, pair)


def _carry_into_drafts(page: AreaPage, pair: Match) -> None:
    """Change waiting revisions, too, or the next one published would bring the old values back."""
    waiting = Q(pk=page.latest_revision_id) | Q(approved_go_live_at__isnull=False)
    for revision in page.revisions.filter(waiting):
        changed = {"code": page.code}
        if pair.renamed:
            changed |= {f: getattr(page, f) for f in ("name", "title", "pinyin", "initials")}
            if isinstance(page, VillagePage):
                changed["village_type"] = page.village_type
        revision.content |= changed
        revision.save(update_fields=["content"])


def _create(home: Page, matching: Matching, progress) -> None:
    """Plant new counties, then township by township what is new there."""
    new = [pair.division for pair in matching.matches if pair.place is None]
    if not new:
        return
    keys = {pair.division.code: pair.place.key for pair in matching.matches if pair.place}
    with transaction.atomic():
        for division, page in _plant(home, [d for d in new if d.level == COUNTY]):
            keys[division.code] = page.pk
    townships = {d.code: d for d in new if d.level == TOWNSHIP}
    villages: dict[str, list[Division]] = defaultdict(list)
    for division in new:
        if division.level == VILLAGE:
            villages[division.parent].append(division)
    for code in progress(sorted({*townships, *villages})):
        with transaction.atomic():
            if code in townships:
                ((_division, page),) = _plant(_parent(keys, code[:6]), [townships[code]])
                keys[code] = page.pk
            if code in villages:
                _plant(_parent(keys, code), villages[code])


def _plant(parent: Page, divisions: list[Division]) -> list[tuple[Division, AreaPage]]:
    pages = [_new_page(division) for division in divisions]
    plant(parent, pages)
    return list(zip(divisions, pages, strict=True))


def _parent(keys: dict[str, int], code: str) -> Page:
    """The page of a place in the table, or else of one that only the site knows."""
    pk = keys.get(code) or AreaPage.objects.values_list("pk", flat=True).get(code=code)
    return Page.objects.get(pk=pk)


def _new_page(division: Division) -> AreaPage:
    page = MODELS[division.level](code=division.code, name=division.name)
    page.name_from_title()
    page.slug = page.address_word()
    if division.level == VILLAGE:
        page.village_type = _village_type(division.name)
    return page


def _village_type(name: str) -> str:
    return VillagePage.COMMUNITY if names.is_community(name) else VillagePage.VILLAGE


def _move(matching: Matching, report: Report) -> None:
    """Put places below the parent that the table gives them; their addresses redirect.

    One that may not go there stays and is a problem of the report; the others move.
    """
    for pair in (pair for pair in matching.matches if pair.moved):
        try:
            _move_one(pair)
        except ReviewRefused as refused:
            line, code = pair.division.line, pair.division.code
            report.problems.append(Problem(line, code, str(refused)))
            report.moved = [entry for entry in report.moved if entry["code"] != code]


@transaction.atomic
def _move_one(pair: Match) -> None:
    page = Page.objects.get(pk=pair.place.key).specific
    target = AreaPage.objects.get(code=pair.division.parent)
    slugs = {*target.get_children().values_list("slug", flat=True)}
    if page.slug in slugs:
        slugs |= set(page.get_siblings(inclusive=False).values_list("slug", flat=True))
        page.slug = free_slug(page.slug, slugs)
        page.save(clean=False)
    page.move(target, pos="last-child")
