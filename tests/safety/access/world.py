"""One county with its people, and one of each thing that somebody may or may not see.

Built once for a module; every request of the matrix runs in a savepoint of its own.
"""

import datetime
import uuid
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import Collection, Comment, Page, PageViewRestriction, ReferenceIndex
from wagtail.snippets.models import get_snippet_models
from wagtail_factories import DocumentFactory, ImageFactory

from covenants import following
from covenants.models import ImportBatch, ImportRow, RuleSource, SourceScan
from editorial.appointments import appoint, body_collection
from editorial.workflow import ensure_workflow
from safety.models import RemovalRequest
from safety.withdrawal.withdrawing import withdraw
from search.outbox import drain
from tests.factories import (
    ConsultationPageFactory,
    CouncilPageFactory,
    CountyPageFactory,
    CovenantPageFactory,
    FeatureIndexPageFactory,
    FeaturePageFactory,
    GroupPageFactory,
    HomePageFactory,
    HouseholdPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)
from villages.models import AreaPage

ROLES = {
    "an": "anonymous",
    "no": "logged in, without any role",
    "ed": "editor of the village, who wrote all of it",
    "nb": "editor of a neighbouring village",
    "re": "reviewer of the township",
    "fr": "reviewer of another township of the county",
    "co": "administrator of the county",
    "pf": "administrator of the prefecture",
    "pp": "propaganda staff",
    "su": "superuser",
}
STATES = ("draft", "review", "changed", "published", "restricted")
TEXTS = {
    "covenant": CovenantPageFactory,
    "council": CouncilPageFactory,
    "consultation": ConsultationPageFactory,
    "household": HouseholdPageFactory,
}
SECRET, TAG = "暗藏", "暗藏标签"


def build():
    """The world: `clients` by role, `things` by name (`draft covenant`, `own picture` …)."""
    home = HomePageFactory()
    for page in Page.objects.filter(depth=2).exclude(pk=home.pk):
        page.delete()
    ensure_workflow(home)
    features = FeatureIndexPageFactory(parent=home)
    county = CountyPageFactory(name="青岩县")
    township = TownshipPageFactory(parent=county, name="云台镇")
    far_township = TownshipPageFactory(parent=county, name="石板镇")
    own = VillagePageFactory(parent=township, name="松林村民委员会")
    other = VillagePageFactory(parent=township, name="大箐村民委员会")
    seats = {
        "ed": ("village_editor", own),
        "nb": ("village_editor", other),
        "re": ("township_reviewer", township),
        "fr": ("township_reviewer", far_township),
        "co": ("county_admin", county),
        "pf": ("prefecture_admin", home),
        "pp": ("propaganda_staff", features),
    }
    users = {role: UserFactory(username=f"user-{role}") for role in ROLES if role != "an"}
    for role, (key, page) in seats.items():
        appoint(users[role], key, page)
    users["su"].is_superuser = True
    users["su"].save()
    world = SimpleNamespace(
        home=home,
        features=features,
        county=county,
        township=township,
        own=own,
        other=other,
        users=users | {"an": AnonymousUser()},
        sessions={role: _session(user) for role, user in users.items()},
        things={},
    )
    _texts(world)
    _closed(world)
    _features(world)
    _places(world)
    _media(world)
    _desk(world)
    _screens(world)
    _withdrawn(world)
    drain(wait=True)
    # The first search of a process reads what later ones keep.
    client_of(world, "an").get("/search/?q=办客")
    return world


def client_of(world, role):
    """A client with the role's session and nothing else: messages of one request stay there."""
    client = Client()
    if role in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    return client


def _session(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _texts(world):
    writer = world.users["ed"]
    for number, state in enumerate(STATES, 1):
        group = GroupPageFactory(parent=world.own, number=number)
        for kind, factory in TEXTS.items():
            parent = group if kind in ("covenant", "council") else world.own
            name = f"{state} {kind}"
            world.things[name] = _in_state(factory, parent, name, state, writer)


def _in_state(factory, parent, name, state, writer):
    word = f"{SECRET}{name.replace(' ', '')}"
    live = state in ("changed", "published", "restricted")
    title = f"公开{name.replace(' ', '')}" if state == "changed" else word
    page = factory(
        parent=parent, title=title, live=live, owner=writer, has_unpublished_changes=not live
    )
    if name == "draft covenant":
        page.tags.add(TAG)
        page.save()
    page.title = word
    revision = page.save_revision(user=writer)
    if state == "changed":
        # What stays in memory is the published text; the draft stands in the revision.
        page = Page.objects.get(pk=page.pk).specific
    elif live:
        revision.publish(user=None)
    elif state == "review":
        page.get_workflow().start(page, writer)
    if state == "restricted":
        readers = Group.objects.create(name=f"读者 {name}")
        readers.user_set.add(writer)
        PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.GROUPS
        ).groups.add(readers)
    page = Page.objects.get(pk=page.pk).specific
    comment = None
    if name == "draft covenant":
        comment = Comment.objects.create(
            page=page, user=writer, text=f"{SECRET}意见", contentpath="title"
        )
    return SimpleNamespace(name=name, word=word, page=page, tag=TAG, comment=comment)


def _closed(world):
    """A page that asks for a password."""
    name = "password consultation"
    thing = _in_state(ConsultationPageFactory, world.own, name, "published", world.users["ed"])
    PageViewRestriction.objects.create(
        page=thing.page, restriction_type=PageViewRestriction.PASSWORD, password="十年树木"
    )
    world.things[name] = thing


def _withdrawn(world):
    """A covenant that was published and then withdrawn by the township."""
    group, name = GroupPageFactory(parent=world.own, number=7), "withdrawn covenant"
    thing = _in_state(CovenantPageFactory, group, name, "published", world.users["ed"])
    thing.page.get_url()
    thing.withdrawal = withdraw(thing.page, reason="本户撤回同意", by=world.users["re"])
    world.things[name] = thing


def _screens(world):
    world.things["person"] = SimpleNamespace(name="person", person=world.users["ed"])
    world.things["screens"] = SimpleNamespace(name="screens")
    for model in get_snippet_models():
        name = f"snippet {model._meta.model_name}"
        made = model.objects.first() or baked(model)
        world.things[name] = SimpleNamespace(name=name, snippet=model, pk=made.pk)


def baked(model):
    """A row of a snippet that has none shipped."""
    made = {
        "officecontact": {
            "value": "0878-5550100",
            "office": "云台镇人民政府",
            "area": Page.objects.get(title="云台镇"),
        },
        "areaalias": {"area": AreaPage.objects.first(), "kind": "name", "value": "旧名"},
        "miss": {"words": "没有的词", "last_day": datetime.date(2025, 6, 1)},
        "commonquestion": {"text": "办酒席几桌"},
        "honour": {"name": "平安家庭"},
        "synonym": {"words": "客事 酒席"},
    }
    return model.objects.create(**made[model._meta.model_name])


def _features(world):
    writer = world.users["pp"]
    for state in ("draft", "changed", "published"):
        name = f"{state} feature"
        thing = _in_state(FeaturePageFactory, world.features, name, state, writer)
        world.things[name] = thing


def _places(world):
    village = VillagePageFactory(parent=world.township, name=f"{SECRET}箐村民委员会", live=False)
    village.save_revision(user=world.users["re"])
    group = GroupPageFactory(parent=world.own, number=8, title=f"{SECRET}组", live=False)
    group.save_revision(user=world.users["ed"])
    for name, page in {"draft village": village, "draft group": group}.items():
        world.things[name] = SimpleNamespace(name=name, word=page.title, page=page)
    township = SimpleNamespace(name="township", word=world.township.title, page=world.township)
    world.things["township"] = township
    world.things["village"] = SimpleNamespace(name="village", word=world.own.title, page=world.own)


def _media(world):
    collections = {
        "own": body_collection(world.own),
        "township": body_collection(world.township),
        "open": Collection.get_first_root_node(),
    }
    for where, collection in collections.items():
        for what, factory in (("picture", ImageFactory), ("document", DocumentFactory)):
            name = f"{where} {what}"
            text = {"file__data": "签到".encode(), "file__filename": f"{where}.txt"}
            given = text if what == "document" else {}
            made = factory(title=f"{SECRET}{name}", collection=collection, **given)
            world.things[name] = SimpleNamespace(name=name, word=made.title, media=made)
    _shown_media(world, collections["own"])


def _shown_media(world, collection):
    """A document and a picture of the village that stand on public pages there."""
    text = {"file__data": "标准".encode(), "file__filename": "biaozhun.txt"}
    document = DocumentFactory(title=f"{SECRET}附件", collection=collection, **text)
    picture = ImageFactory(title=f"{SECRET}照片", collection=collection)
    for number, what, value in (
        (10, "attachment", {"title": "酒席标准", "document": document.pk}),
        (11, "picture", {"alt": "公示栏", "picture": picture.pk, "public": True}),
    ):
        block = {"type": what, "id": str(uuid.uuid4()), "value": value}
        group = GroupPageFactory(parent=world.own, number=number)
        page = CovenantPageFactory(parent=group, attachments=[block])
        ReferenceIndex.create_or_update_for_object(page)
    for name, media in {"shown document": document, "shown picture": picture}.items():
        world.things[name] = SimpleNamespace(name=name, word=media.title, media=media)


def _desk(world):
    page = world.things["published covenant"].page
    source = RuleSource.objects.create(
        area_id=world.own.pk,
        kind="deliberation",
        name=f"{SECRET}件.txt",
        sha256="0" * 64,
        file=ContentFile(f"第一条 {SECRET}原件。".encode(), name="rule.txt"),
        text=f"第一条 {SECRET}原文。",
        uploaded_by=world.users["ed"],
        stage=RuleSource.ASKED,
    )
    scan = SourceScan.objects.create(
        source=source,
        name=f"{SECRET}扫描.pdf",
        content_type="application/pdf",
        file=ContentFile(SECRET.encode(), name="scan.pdf"),
    )
    batch = ImportBatch.objects.create(
        scope=Page.objects.get(pk=world.county.pk),
        name=f"{SECRET}批.zip",
        state=ImportBatch.PLANNED,
        created_by=world.users["co"],
    )
    row = ImportRow.objects.create(
        batch=batch, position=1, file=f"{SECRET}行.docx", state=ImportRow.DOUBTFUL
    )
    covenant = CovenantPageFactory(parent=world.own)
    group = GroupPageFactory(parent=world.own, number=9)
    followings = following.propose(
        covenant,
        [group],
        adopted_on=datetime.date(2024, 5, 1),
        adopted_by="村民小组会议",
        effective_from=datetime.date(2024, 6, 1),
        by=world.users["ed"],
    )
    world.things["original"] = SimpleNamespace(
        name="original",
        word=SECRET,
        page=page,
        source=source,
        scan=scan,
    )
    request = RemovalRequest.objects.create(
        body=Page.objects.get(pk=world.township.pk),
        address="/",
        asked=RemovalRequest.TAKE_DOWN,
        text=SECRET,
        name=f"{SECRET}请求人",
        contact="见登记",
        due=datetime.date(2030, 1, 1),
    )
    world.things["removal request"] = SimpleNamespace(
        name="removal request", word=request.number, request=request
    )
    world.things["batch"] = SimpleNamespace(name="batch", word=SECRET, batch=batch, row=row)
    world.things["followings"] = SimpleNamespace(
        name="followings", word=group.title, followings=followings, page=world.own
    )
