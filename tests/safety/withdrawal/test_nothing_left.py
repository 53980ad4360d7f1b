"""Words planted in everything that belongs to a page are nowhere once it is withdrawn.

Looked for in every table, the bytes of the database's files, media, private files, index, cache,
and at every public address that can be found.
"""

import datetime
import io
import re
import uuid
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import get_resolver
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Comment, CommentReply, Page, TaskState

from covenants import following
from covenants.importing import keep_original
from covenants.models import (
    CouncilPage,
    CovenantPage,
    ImportBatch,
    ImportRow,
    Limit,
    Opinion,
    Procedure,
    SourceScan,
)
from covenants.models.limit import Matter, Measure
from home.models import FeaturePage
from home.site_setup import ensure_site
from safety.models import Erasure, ScannedPage
from safety.withdrawal.withdrawing import withdraw
from search import outbox
from search.models import Miss
from tests import factories as make
from tests.safety.withdrawal.planting import (
    Media,
    Words,
    has_secure_delete,
    in_database_file,
    in_files,
    in_tables,
    plant_page,
)
from villages import my_place
from villages.models import PublicPage

WORDS = Words("麤鱻犇猋骉", "Zqxwvuplanted")
KEPT = Words("羴毳瞐鑫垚", "Jjkkvvstays")
MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, PublicPage) and getattr(model, "withdrawable", False)
]
FACTORIES = {
    factory._meta.model: factory
    for factory in vars(make).values()
    if isinstance(factory, type) and issubclass(factory, make.TreePageFactory)
    if factory is not make.TreePageFactory and factory._meta.model
}
EXPECTED_TABLES = {
    "wagtailcore_page",
    "wagtailcore_revision",
    "wagtailcore_comment",
    "wagtailcore_commentreply",
    "wagtailcore_taskstate",
    "wagtailcore_pagelogentry",
    "wagtailadmin_formstate",
    "wagtailredirects_redirect",
    "wagtailimages_image",
    "wagtailimages_rendition",
    "wagtaildocs_document",
    "taggit_tag",
    "covenants_edition",
    "covenants_provision",
    "covenants_limit",
    "covenants_rulesource",
    "covenants_sourcescan",
    "covenants_importbatch",
    "covenants_importrow",
    "covenants_opinion",
    "covenants_differingarticle",
    "villages_recording",
    "villages_languageversion",
    "villages_householdphoto",
    "safety_scannedpage",
    "search_miss",
}


def planted(model, village, words, number):
    """A published page of a model with words in all its parts and in all that was made of it."""
    media = Media(words, number)
    parent = {} if model is FeaturePage else {"parent": village}
    page = FACTORIES[model](slug=f"{words.latin.lower()}-{number}", live=False, **parent)
    done = plant_page(page, words, media)
    assert len(done) > 3
    page.save()
    page.save_revision(log_action=True).publish()
    page.slug += "-new"
    page.save_revision(log_action=True).publish()
    page.refresh_from_db()
    media.forget_unused()
    user = make.UserFactory()
    note_beside(page, words, user)
    if model in (CovenantPage, CouncilPage):
        note_rule(page, words, user, number)
    return page, media


def note_beside(page, words, user):
    """What people write around a page."""
    comment = Comment.objects.create(page=page, user=user, text=words.text, contentpath="title")
    CommentReply.objects.create(comment=comment, user=user, text=words.text)
    kind = ContentType.objects.get_for_model(type(page))
    FormState.objects.create(
        user=user,
        content_type=kind,
        object_id=str(page.pk),
        parent_object_id="",
        data=words.text,
        last_updated_at=timezone.now(),
    )
    workflow = page.get_workflow()
    page.save_revision()
    state = workflow.start(page, user)
    TaskState.objects.filter(workflow_state=state).update(comment=words.text)
    ScannedPage.objects.create(
        page_id=page.pk,
        version="",
        scanned_at=timezone.now(),
        findings=[{"kind": "phone", "level": "red", "where": "", "excerpt": words.text}],
    )
    Redirect.objects.create(old_path=f"/{words.latin.lower()}-{page.pk}", redirect_page=page)


def note_rule(page, words, user, number):
    """What is kept of a rule beside its page."""
    place = page.get_parent().specific
    content = f"{words.text}{number}".encode()
    source = keep_original(
        f"{words.latin}.txt", content, place, page.kind, page=page, by=user, text=words.text
    )
    source.desk = {"text": words.text}
    source.save()
    SourceScan.objects.create(
        source=source,
        name=words.text,
        content_type="application/pdf",
        file=ContentFile(content, "s.pdf"),
    )
    keep_original("页面文字.txt", content, place, page.kind, by=user, text=words.text)
    batch = ImportBatch(
        scope=place.get_parent(), name="示例.zip", manifest=words.text, state=ImportBatch.DONE
    )
    batch.archive.save(f"{batch.pk}.zip", ContentFile(content), save=False)
    batch.finished_at = timezone.now()
    batch.save()
    ImportRow.objects.create(
        batch=batch,
        position=1,
        file=f"{words.text}.docx",
        message=words.text,
        state=ImportRow.CREATED,
        place=place,
        page=page,
        known={"title": words.text},
    )
    edition = page.editions.first()
    measure, _ = Measure.objects.get_or_create(name="示例数", defaults={"unit": "桌"})
    matter, _ = Matter.objects.get_or_create(name="示例事", defaults={"measure": measure})
    Limit.objects.create(
        page=page,
        edition=edition,
        stable_id=edition.provisions.first().stable_id,
        matter=matter,
        measure=measure,
        comparator="le",
        value=1,
        unit="桌",
        start=0,
        end=2,
        quote=words.text,
        clause=words.text,
        text_digest="",
    )
    procedure = Procedure.objects.create(page=page, closed_note=words.text)
    Opinion.objects.create(procedure=procedure, text=words.text)


def follow(covenant, words):
    village = covenant.get_parent().specific
    group = make.GroupPageFactory(parent=village)
    user = make.UserFactory()
    day = covenant.editions.first().effective_from
    batch = following.propose(
        covenant, [group], adopted_by="村民小组会议", by=user, adopted_on=day, effective_from=day
    )
    article = covenant.editions.first().provisions.first()
    following.differ(batch, [group.pk], article, f"本组：{words.text}", by=user)


def visit_all(client, village, words) -> dict[str, bytes]:
    """{address: answer} of every public address that can be found from the front."""
    client.cookies[my_place.VILLAGE] = village.code
    waiting, seen = (
        ["/", "/my-village/keep.json", f"/search/?q={words.han}", f"/search/?q={words.latin}"],
        {},
    )
    waiting += [f"/search/suggest?q={word}" for word in (words.han[:2], words.latin[:5])]
    waiting += [f"/find/suggest/?q={words.han}"]
    waiting += _plain_addresses(get_resolver())
    while waiting and len(seen) < 400:
        address = waiting.pop(0)
        if address in seen or address.startswith(("/admin", "/static", "/style")):
            continue
        response = client.get(address, follow=True)
        data = _content(response)
        seen[address] = _unpacked(data)
        if response.get("Content-Type", "").startswith("text/html"):
            for link in re.findall(r'(?:href|src|action)="([^"#]+)', data.decode()):
                target = urlsplit(urljoin(address, link.replace("&amp;", "&")))
                if target.netloc in ("", "testserver", "127.0.0.1:8000") and not target.query:
                    waiting.append(target.path)
    return seen


def _plain_addresses(resolver, prefix="/") -> list[str]:
    """Addresses of the site that take no arguments."""
    found = []
    for one in resolver.url_patterns:
        address = f"{prefix}{one.pattern}"
        if hasattr(one, "url_patterns"):
            if not address.startswith(("/admin", "/documents")):
                found += _plain_addresses(one, address)
        elif re.fullmatch(r"[\w./-]*", address):
            found.append(address)
    return found


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_is_left_of_a_page_of_any_kind(client, folders, settings):
    assert set(MODELS) <= set(FACTORIES), "every kind of page has a factory"
    assert has_secure_delete(connection)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    ensure_site()
    village = make.VillagePageFactory(code="532391101201")
    pages, media = [], []
    for number, model in enumerate(MODELS):
        page, held = planted(model, village, WORDS, number)
        pages.append(page)
        media.append(held)
    covenant = next(page for page in pages if isinstance(page, CovenantPage))
    follow(covenant, WORDS)
    # Another page of the village, which shares a picture with one that goes.
    other = make.HouseholdPageFactory(parent=village, title=KEPT.text, story=KEPT.text)
    household = next(page for page in pages if type(page) is type(other))
    shared = Media(KEPT, 40)
    for one in (other, household):
        one.photos.create(image=shared.picture, alt_text="院坝")
        one.save_revision().publish()
    Miss.objects.create(words=WORDS.han, last_day=timezone.localdate())
    outbox.drain(wait=True)

    before = visit_all(client, village, WORDS)
    own = [page.url for page in pages]
    former = [one.old_path for one in Redirect.objects.filter(redirect_page__in=pages)]
    shown = [address for address, data in before.items() if WORDS.in_bytes(data)]
    assert set(own) <= set(shown)
    assert {"/", village.url, "/my-village/keep.json"} <= set(shown), before[
        "/my-village/keep.json"
    ]
    tables = {name.split(".")[0] for name in in_tables(connection, WORDS)}
    assert tables >= EXPECTED_TABLES, EXPECTED_TABLES - tables
    assert in_files(folders / "media", WORDS) and in_files(folders / "private", WORDS)
    assert in_files(folders / "index", WORDS) and in_database_file(connection, WORDS)
    files = [Path(one.file.path) for held in media for one in held.all]
    files += [Path(row.file.path) for held in media for row in held.picture.renditions.all()]
    addresses = [one.url for held in media for one in held.all if hasattr(one, "url")]

    assert any(address.endswith("zip/") for address in shown)
    # A second after their time is over, with nothing run since.
    planted_pages = Page.objects.filter(pk__in=[page.pk for page in pages])
    planted_pages.update(expire_at=timezone.now() - datetime.timedelta(seconds=1))
    assert _telling(client, {*shown, *addresses}) == []
    planted_pages.update(expire_at=None)

    for page in pages:
        withdraw(type(page).objects.get(pk=page.pk), reason="本人要求删除。")

    assert not Erasure.objects.exclude(withdrawal=None).exists()
    assert in_tables(connection, WORDS) == []
    assert in_database_file(connection, WORDS) == []
    for name in ("media", "private", "index"):
        assert in_files(folders / name, WORDS) == [], name
    assert in_files(folders, WORDS) == []
    assert [path for path in files if path.exists()] == []
    assert not any(
        WORDS.in_bytes(repr(value).encode()) for value in getattr(cache, "_cache", {}).values()
    )
    # What people ask again, and what they find by walking through the site anew.
    assert _telling(client, {*shown, *former, *addresses}) == []
    for address in [*own, *former, *addresses]:
        assert client.get(address, follow=True).status_code == 410, address
    after = visit_all(client, village, WORDS)
    left = [
        address for address, data in after.items() if WORDS.in_bytes(_without_query(data, address))
    ]
    assert left == []
    # The neighbour is untouched.
    assert KEPT.in_bytes(client.get(other.url).content)
    assert Path(shared.picture.file.path).exists()
    assert client.get(f"/search/?q={KEPT.han}").content.count(other.url.encode())
    assert uuid.UUID(str(other.translation_key))


def _content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def _unpacked(data: bytes) -> bytes:
    """Word files and archives with what is packed in them."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return b"".join(name.encode() + _unpacked(packed.read(name)) for name in packed.namelist())


def _telling(client, addresses) -> list[str]:
    """Those of some addresses that tell the words to who did not bring them."""
    told = []
    for address in addresses:
        data = _unpacked(_content(client.get(address, follow=True)))
        asked = address.startswith(("/search/", "/find/"))
        if not asked and WORDS.in_bytes(_without_query(data, address)):
            told.append(address)
    return told


def _without_query(data: bytes, address: str) -> bytes:
    """An answer without what the visitor typed or asked for: forms and links carry it on."""
    path = urlsplit(address).path
    for form in {path, unquote(path), quote(unquote(path), safe="")}:
        data = data.replace(form.encode(), b"") if len(form) > 1 else data
    return re.sub(rb'(value="[^"]*"|(?:q|next)=[^"&]*|<title>.*?</title>)', b"", data)
