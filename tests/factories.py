"""Makes the pages that tests need; no test makes a page by hand.

Every factory makes what stands above it: `VillagePageFactory()` alone gives a village in a
township in a county below the one home page. Pass `parent=` to put a page somewhere.
"""

import datetime
import uuid

import factory
import wagtail_factories
from django.contrib.auth.models import User
from wagtail.models import Page, Site

from consultations.models import ConsultationPage
from covenants.models import CouncilPage, CovenantPage
from home.models import FeatureIndexPage, FeaturePage, HomePage
from villages.models import (
    CountyPage,
    GroupPage,
    Honour,
    HouseholdPage,
    HouseholdPhoto,
    TownshipPage,
    VillagePage,
)

BEIJING = datetime.timezone(datetime.timedelta(hours=8))


class UserFactory(factory.django.DjangoModelFactory):
    """A user without rights; password `password`."""

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password("password")

    class Meta:
        model = User


class DocumentFactory(wagtail_factories.DocumentFactory):
    """A small text: an empty file is refused."""

    file = factory.django.FileField(data="附件".encode(), filename="fujian.txt")


class TreePageFactory(wagtail_factories.PageFactory):
    """A page added below `parent`, whose count of children may be stale in the caller's hands."""

    slug = ""

    class Meta:
        abstract = True

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        instance = model_class(**kwargs)
        fresh = Page.objects.get(pk=parent.pk)
        fresh.add_child(instance=instance)
        parent.numchild = fresh.numchild
        return instance


class HomePageFactory(TreePageFactory):
    """The one home page, made and set as the site's root once, then returned again."""

    title = "村约"
    slug = "home-page"

    class Meta:
        model = HomePage

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        home = HomePage.objects.first()
        if home is None:
            root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
            home = super()._create_instance(model_class, root, kwargs)
        site, _ = Site.objects.get_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
        )
        if site.root_page_id != home.pk:
            site.root_page = home
            site.save()
        return home


class CountyPageFactory(TreePageFactory):
    parent = factory.SubFactory(HomePageFactory, parent=None)
    name = factory.Sequence(lambda n: f"青岩{n}县")
    title = factory.SelfAttribute("name")
    code = factory.Sequence(lambda n: f"53{n % 10000:04d}")

    class Meta:
        model = CountyPage


class TownshipPageFactory(TreePageFactory):
    parent = factory.SubFactory(CountyPageFactory)
    name = factory.Sequence(lambda n: f"云台{n}镇")
    title = factory.SelfAttribute("name")
    code = factory.Sequence(lambda n: f"5323{n % 100000:05d}")

    class Meta:
        model = TownshipPage


class VillagePageFactory(TreePageFactory):
    parent = factory.SubFactory(TownshipPageFactory)
    name = factory.Sequence(lambda n: f"松林{n}村民委员会")
    title = factory.SelfAttribute("name")
    code = factory.Sequence(lambda n: f"532391{n % 1000000:06d}")

    class Meta:
        model = VillagePage

    class Params:
        community = factory.Trait(
            village_type=VillagePage.COMMUNITY,
            name=factory.Sequence(lambda n: f"云台街{n}社区居民委员会"),
        )


class GroupPageFactory(TreePageFactory):
    parent = factory.SubFactory(VillagePageFactory)
    number = factory.Sequence(lambda n: n + 1)
    name = factory.LazyAttribute(lambda group: f"第{group.number}村民小组")
    title = factory.SelfAttribute("name")

    class Meta:
        model = GroupPage


def items(*texts):
    """Items （一） … of an article; a pair (text, [sub texts]) nests."""
    made = []
    for label, text in zip("一二三四五六七八九十", texts, strict=False):
        text, below = (text, []) if isinstance(text, str) else text
        subs = [{"label": f"{n}.", "text": sub} for n, sub in enumerate(below, 1)]
        made.append({"label": f"（{label}）", "text": text, "items": subs})
    return made


def rule_body(*chapters):
    """Stored form of a rule's text from (label, title, articles) chapters.

    An article is its text, or a dict of `label`, `text`, `items` and, to keep an article's
    identity across editions, `id` (a UUID or its string).
    """
    body, count = [], 0
    for label, title, articles in chapters:
        rows = []
        for article in articles:
            count += 1
            given = {"text": article} if isinstance(article, str) else dict(article)
            block_id = str(given.pop("id", None) or uuid.uuid4())
            value = {"label": f"第{count}条", "inserted": False, "text": "", "items": [], **given}
            rows.append({"type": "item", "id": block_id, "value": value})
        value = {"label": label, "title": title, "articles": rows}
        body.append({"type": "chapter", "id": str(uuid.uuid4()), "value": value})
    return body


class RulePageFactory(TreePageFactory):
    """A published rule with one edition; `articles` gives its texts in one nameless chapter.

    `chapters` (label, title, articles) replaces `articles`; `live=False` makes a draft without
    an edition.
    """

    parent = factory.SubFactory(VillagePageFactory)
    title = ""
    preamble = ""
    closing = ""
    body = factory.LazyAttribute(
        lambda rule: rule_body(*(rule.chapters or [("", "", rule.articles)]))
    )
    adopted_on = datetime.date(2023, 5, 12)
    adopted_by = "村民会议"

    class Meta:
        abstract = True

    class Params:
        chapters = None
        articles = ("办客从简，酒席不超过十桌。", "礼金不超过一百元。")


class CovenantPageFactory(RulePageFactory):
    class Meta:
        model = CovenantPage


class CouncilPageFactory(RulePageFactory):
    council = "ceremonies"

    class Meta:
        model = CouncilPage


def next_edition(page, *articles, effective_from, **fields):
    """Publish `articles` as the page's next edition and return that edition."""
    page.change_summary = f"{effective_from}起的新版。"
    page.body = rule_body(("", "", articles))
    page.adopted_on = page.effective_from = effective_from
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    return page.editions.order_by("number").last()


class ConsultationPageFactory(TreePageFactory):
    parent = factory.SubFactory(VillagePageFactory)
    title = factory.Sequence(lambda n: f"进村道路怎么修({n})")
    started_at = datetime.datetime(2025, 3, 12, 19, 30, tzinfo=BEIJING)
    result = "同意分两期硬化。"

    class Meta:
        model = ConsultationPage


class HonourFactory(factory.django.DjangoModelFactory):
    name = "平安家庭"

    class Meta:
        model = Honour
        django_get_or_create = ["name"]


class HouseholdPageFactory(TreePageFactory):
    parent = factory.SubFactory(VillagePageFactory)
    title = factory.Sequence(lambda n: f"松林周家({n})")
    honour = factory.SubFactory(HonourFactory)
    granting_body = "青岩县妇女联合会"
    granted_on = datetime.date(2024, 5, 15)
    story = "一家人和和气气，邻里有事都来帮忙。"
    consent_given_on = datetime.date(2024, 5, 20)

    class Meta:
        model = HouseholdPage


class HouseholdPhotoFactory(factory.django.DjangoModelFactory):
    page = factory.SubFactory(HouseholdPageFactory)
    image = factory.SubFactory(wagtail_factories.ImageFactory)
    alt_text = "院坝里的一家人"

    class Meta:
        model = HouseholdPhoto


class FeatureIndexPageFactory(TreePageFactory):
    """The one list of features, made once, then returned again."""

    parent = factory.SubFactory(HomePageFactory, parent=None)
    title = "典型案例"
    slug = "features"

    class Meta:
        model = FeatureIndexPage

    @classmethod
    def _create_instance(cls, model_class, parent, kwargs):
        existing = FeatureIndexPage.objects.first()
        return existing or super()._create_instance(model_class, parent, kwargs)


class FeaturePageFactory(TreePageFactory):
    parent = factory.SubFactory(FeatureIndexPageFactory)
    title = factory.Sequence(lambda n: f"一张纸管住大操大办({n})")
    summary = "松林村把酒席从二十桌降到十桌。"
    published_on = datetime.date(2025, 6, 1)

    class Meta:
        model = FeaturePage
