"""Loads and removes the sample content: two fictional counties, marked 示例 throughout."""

import csv
import datetime
import tomllib
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.images import ImageFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Collection, Page

from consultations.models import ConsultationPage
from covenants import following
from covenants.importing import import_rules
from covenants.limit_proposals import read_editions
from covenants.models import CouncilPage, CovenantPage, Edition, Limit
from covenants.rule_files import RuleFile, read_manifest
from covenants.weighing import rule_at
from editorial.models import BodyCollection
from home.models import FeatureIndexPage, FeaturePage
from home.sample_accounts import remove_accounts
from home.sample_readings import remove_readings
from search.outbox import touch_queryset
from villages.models import (
    AreaPage,
    CountyPage,
    GroupPage,
    Honour,
    HouseholdPage,
    HouseholdPhoto,
    VillagePage,
)

FOLDER = Path(__file__).resolve().parent / "sample"
COLLECTION = "示例图片"
MEETING_TIME = datetime.time(19, 30)


def require_sample_allowed():
    """Raise where the settings (production) do not show sample content."""
    if not settings.CUNYUE_SAMPLE:
        raise ImproperlyConfigured("示例内容只能用于开发环境,正式环境拒绝载入。")


def mark_sample_counties():
    with (FOLDER / "places.csv").open(encoding="utf-8") as handle:
        codes = [row["code"] for row in csv.DictReader(handle) if row["level"] == "3"]
    counties = CountyPage.objects.filter(code__in=codes)
    counties.filter(sample=False).update(sample=True)
    for county in counties:
        touch_queryset(Page.objects.descendant_of(county, inclusive=True))


def load_rules():
    """Yield the Outcome of every sample rule; those that are there already are passed over."""
    files = []
    for manifest in sorted((FOLDER / "rules").glob("manifest-*.csv")):
        for name, row in read_manifest(manifest.read_bytes()).items():
            values = {key: value for key, value in row.items() if key != "file"}
            files.append(RuleFile(name, (FOLDER / "rules" / name).read_bytes(), **values))
    files.sort(key=lambda f: (f.code, f.group, f.kind, f.adopted))
    yield from import_rules(files, publish=True)


def confirm_limits() -> int:
    """Confirm what the extractor found in the sample rules, as an editor would; returns how many.

    Only rules nobody has decided on yet, so that a second load changes no decision.
    """
    below = Q()
    for path in CountyPage.objects.filter(sample=True).values_list("path", flat=True):
        below |= Q(page__path__startswith=path)
    editions = Edition.objects.filter(below)
    new = list(editions.filter(limit_reading__isnull=True).values_list("pk", flat=True))
    read_editions(new)
    rows = Limit.objects.filter(edition__in=new, status=Limit.PROPOSED)
    _put_right(rows)
    return rows.update(status=Limit.CONFIRMED, decided_at=timezone.now())


def _put_right(limits):
    """Reject or change what the extractor misread in the sample rules (`limits.toml`)."""
    for row in _rows("limits.toml", "limit"):
        rule = rule_at(_village(row["village"]), row["kind"])
        found = limits.filter(page=rule.pk, clause=row["clause"])
        if "scope" in row:
            found.update(scope=row["scope"])
        else:
            found.update(status=Limit.REJECTED, decided_at=timezone.now())


def load_one_minute():
    """Put the one-minute versions beside their covenants."""
    for row in _rows("one_minute.toml", "one_minute"):
        page = CovenantPage.objects.child_of(_village(row["village"])).first()
        if page and not page.one_minute:
            page.one_minute = row["text"].strip()
            page.save_revision().publish()


def _rows(name, key):
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))[key]


def _village(code):
    return VillagePage.objects.get(code=code)


def _local(moment: datetime.datetime):
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _text(value):
    return value.strip() if isinstance(value, str) else value


def load_consultations() -> int:
    """Make the sample consultation records that are missing; returns how many."""
    made = 0
    plain = [
        "number",
        "source",
        "form",
        "place",
        "convenor",
        "chair",
        "recorder",
        "expected",
        "present",
        "absent",
        "observers",
        "women",
        "minorities",
        "agenda",
        "background",
        "differences",
        "outcome",
        "result",
        "voting_method",
        "votes_for",
        "votes_against",
        "votes_abstain",
        "responsible",
        "due",
        "notice_from",
        "notice_until",
        "completed_on",
    ]
    for order, written in enumerate(_rows("consultations.toml", "consultation"), start=1):
        row = _with_days(written)
        village = _village(row["village"])
        title = row["topic"]
        if ConsultationPage.objects.child_of(village).filter(title=title).exists():
            continue
        page = ConsultationPage(
            title=title,
            slug=f"consultation-{row['started'].year}-{order}",
            started_at=_local(row["started"]),
            ended_at=_local(row["ended"]) if row.get("ended") else None,
            statements=[("statement", s) for s in row.get("statements", [])],
            follow_ups=[("follow_up", {"by": "", **f}) for f in row.get("follow_ups", [])],
            **{name: _text(row[name]) for name in plain if name in row},
        )
        with transaction.atomic():
            village.add_child(instance=page)
            page.tags.add(*row.get("tags", []))
            page.save_revision().publish()
        made += 1
    return made


def _with_days(row) -> dict:
    """A record whose `in_days` say how long from today its days are, with these days."""
    dated = {name: _day(days) for name, days in row.get("in_days", {}).items()}
    if "started" in dated:
        dated["started"] = datetime.datetime.combine(dated["started"], MEETING_TIME)
    follow_ups = [
        {"date": _day(f["in_days"]), **{name: f[name] for name in ("text", "by")}}
        if "in_days" in f
        else f
        for f in row.get("follow_ups", [])
    ]
    return row | dated | {"follow_ups": follow_ups}


def _day(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def load_changes() -> int:
    """Adopt the new editions that wait to come into force or lately did; returns how many."""
    made = 0
    for row in _rows("changes.toml", "change"):
        page = CovenantPage.objects.child_of(_village(row["village"])).get()
        if page.editions.filter(summary=row["summary"]).exists():
            continue
        for chapter in page.body:
            for article in chapter.value["articles"]:
                if article["label"] == row["label"]:
                    article["text"] = row["text"]
        page.change_summary = row["summary"]
        page.adopted_on = _day(row["adopted_in_days"])
        page.effective_from = _day(row["effective_in_days"])
        page.filing_number, page.filed_on = "", None
        page.save_revision().publish()
        made += 1
    return made


def _photos():
    """{file name: Image} of the sample pictures, made when missing."""
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=COLLECTION).first()
    if collection is None:
        collection = root.add_child(name=COLLECTION)
    images = {}
    for path in sorted((FOLDER / "photos").glob("*.jpg")):
        image = Image.objects.filter(collection=collection, title=path.name).first()
        if image is None:
            with path.open("rb") as handle:
                image = Image(title=path.name, collection=collection)
                image.file = ImageFile(handle, name=path.name)
                image.save()
        images[path.name] = image
    return images


def load_households() -> int:
    """Make the sample households that are missing; returns how many."""
    images, made = _photos(), 0
    plain = [
        "ethnicity",
        "level",
        "granting_body",
        "document_number",
        "granted_on",
        "valid_until",
        "story",
        "consent_given_on",
        "consent_scope",
    ]
    for order, row in enumerate(_rows("households.toml", "household"), start=1):
        village = _village(row["village"])
        if HouseholdPage.objects.child_of(village).filter(title=row["title"]).exists():
            continue
        honour, _created = Honour.objects.get_or_create(name=row["honour"])
        page = HouseholdPage(
            title=row["title"],
            slug=f"household-{order}",
            honour=honour,
            **{name: _text(row[name]) for name in plain if name in row},
        )
        if row.get("photo"):
            page.photos = [
                HouseholdPhoto(image=images[row["photo"]], alt_text=row.get("photo_alt", ""))
            ]
        with transaction.atomic():
            village.add_child(instance=page)
            page.tags.add(*row.get("tags", []))
            page.save_revision().publish()
        made += 1
    return made


def load_features() -> int:
    """Make the sample features that are missing; returns how many."""
    parent, made = FeatureIndexPage.objects.get(), 0
    for order, row in enumerate(_rows("features.toml", "feature"), start=1):
        if FeaturePage.objects.filter(title=row["title"], sample=True).exists():
            continue
        body = [
            ("heading", part["heading"])
            if isinstance(part, dict)
            else ("paragraph", _paragraph(part))
            for part in row["body"]
        ]
        page = FeaturePage(
            title=row["title"],
            slug=f"sample-{order}",
            summary=row["summary"],
            published_on=row["published"],
            home_position=row.get("position"),
            sample=True,
            body=body,
            about=[("page", _village(code)) for code in row.get("about", [])],
        )
        with transaction.atomic():
            parent.add_child(instance=page)
            page.tags.add(*row.get("tags", []))
            page.save_revision().publish()
        made += 1
    return made


def _paragraph(text):
    from wagtail.rich_text import RichText

    return RichText(f"<p>{text.strip()}</p>")


def load_followings() -> int:
    """Let the groups without a covenant of their own follow the village's; returns how many."""
    by, reviewer = (User.objects.get(username=name) for name in ("xianji", "zhouji"))
    followed = 0
    for row in _rows("followings.toml", "following"):
        village = _village(row["village"])
        covenant = CovenantPage.objects.child_of(village).get()
        own = CovenantPage.objects.descendant_of(village)
        groups = [
            group
            for group in GroupPage.objects.child_of(village)
            if not own.child_of(group).exists() and not group.followings.exists()
        ]
        if not groups:
            continue
        days = {name: row[name] for name in ("adopted_on", "effective_from")}
        batch = following.propose(covenant, groups, adopted_by="村民小组会议", by=by, **days)
        for differing in row.get("differs", ()):
            article = covenant.shown_edition.provisions.get(label=differing["label"])
            chosen = [group.pk for group in groups if group.name == differing["group"]]
            following.differ(batch, chosen, article, differing["text"], by=by)
        following.approve(batch, seen=following.fingerprint(batch), by=reviewer)
        followed += len(groups)
    return followed


def remove_body_collections(counties):
    """Delete the picture and document collections of the sample's own bodies."""
    for county in counties:
        rows = BodyCollection.objects.filter(page__path__startswith=county.path)
        for collection in Collection.objects.filter(pk__in=rows.values("collection")):
            below = collection.get_descendants(inclusive=True)
            Image.objects.filter(collection__in=below).delete()
            collection.delete()


@transaction.atomic
def remove() -> dict:
    """Delete all sample content and accounts; returns what was removed, by kind."""
    counties = list(CountyPage.objects.filter(sample=True))
    remove_body_collections(counties)
    counts = {"地方": 0, "规约": 0}
    for county in counties:
        below = Page.objects.descendant_of(county, inclusive=True)
        counts["地方"] += AreaPage.objects.descendant_of(county, inclusive=True).count()
        counts["规约"] += below.type(CovenantPage, CouncilPage).count()
    remove_accounts()
    for county in counties:
        county.delete()
    features = FeaturePage.objects.filter(sample=True)
    counts["典型案例"] = features.count()
    for feature in features:
        feature.delete()
    remove_readings()
    root = Collection.get_first_root_node()
    for collection in root.get_children().filter(name=COLLECTION):
        for image in Image.objects.filter(collection=collection):
            image.delete()
        collection.delete()
    return counts
