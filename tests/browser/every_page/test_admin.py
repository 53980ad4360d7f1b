"""The admin screens of this project: axe finds nothing that Wagtail's own screens do not show, too.

Found by the addresses our hooks register, our snippets and our page models. What Wagtail's frame
itself violates is learnt from Wagtail's own screens (`plain`): the same rule at a like element.
"""

import io
import re
import zipfile

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.images import get_image_model
from wagtail.models import Page, Site, Workflow
from wagtail.snippets.models import get_snippet_models

from consultations.models import ConsultationPage
from covenants.batch.steps import work_on_batches
from covenants.models import CovenantPage, FollowingBatch, ImportBatch, RuleSource
from home.sample_accounts import PASSWORD
from safety.models import RemovalRequest
from tests.browser.every_page import axe
from tests.browser.every_page.crawl import page_models
from tests.browser.every_page.faults import fail_with
from tests.browser.every_page.walk import DESK, PHONE, emulate, resize
from tests.browser.forgetting import forget
from villages.models import CountyPage, VillagePage

OWN = ("home", "consultations", "covenants", "villages", "search", "editorial", "safety")
# Files, and what only takes what a form sends.
NO_SCREENS = {
    "covenants_desk_act",
    "covenants_hints_check",
    "covenants_procedure_scan",
    "covenants_scan",
    "covenants_original",
    "covenants_batch_sheet",
    "covenants_batch_start",
    "covenants_batch_revoke",
    "covenants_batch_row",
    "change_of_term_end",
    "change_of_term_invite",
    "change_of_term_template",
    "editorial_resolve_comment",
    "editorial_lift_withdrawal",
    # Reads a notice and leads to what it is about.
    "editorial_notice",
    "editorial_notices_read",
    # A page as residents see it.
    "editorial_draft_text",
}
# Wagtail's small map beside a long form, drawn by its script; no plain screen is long enough.
DRAWN_BY_WAGTAIL = "w-minimap"
ONE = "松林村村规民约\n第一条 酒席不超过十桌。\n第二条 礼金不超过一百元。\n松林村村民会议通过\n"
SEVERAL = ONE + "松林村红白理事会章程\n第一条 理事会有五人。\n第二条 白事一切从简。\n"


@pytest.fixture(scope="module")
def clerk(site):
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    return client


@pytest.fixture(scope="module")
def values(clerk):
    """{name of an address's parameter: function of the address's name that gives a value}."""
    village = VillagePage.objects.get(code="532391101203")
    desk, documents = (hand_in(clerk, village, text) for text in (ONE, SEVERAL))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("松林村村规民约.txt", ONE)
        packed.writestr("不知道哪里.txt", ONE.replace("松林村", ""))
    county = CountyPage.objects.get(code="532391")
    file = SimpleUploadedFile("全县.zip", archive.getvalue())
    clerk.post(reverse("covenants_batches"), {"scope": county.pk, "archive": file})
    work_on_batches()
    rule = CovenantPage.objects.child_of(VillagePage.objects.get(code="532391101204")).get()
    record = ConsultationPage.objects.live().first()
    asked = RemovalRequest.objects.create(
        body=village.get_parent(),
        page=rule,
        address=rule.url,
        asked=RemovalRequest.CORRECT,
        text="第二条把名字写错了（示例）。",
        name="示例居民",
        contact="到村委会找我",
        due=timezone.localdate(),
    )
    return {
        "pk": lambda name: asked.pk,
        "source_id": lambda name: (documents if name == "covenants_documents" else desk).pk,
        "batch_id": lambda name: ImportBatch.objects.get().pk,
        "followings_id": lambda name: FollowingBatch.objects.first().pk,
        "user_id": lambda name: User.objects.get(username="bianji").pk,
        "page_id": lambda name: (
            village.get_parent().pk
            if name.startswith("change_of_term")
            else record.pk
            if name == "editorial_purge_copies"
            else village.pk
            if name == "covenants_following"
            else rule.pk
        ),
    }


def hand_in(clerk, village, text):
    clerk.post(reverse("covenants_upload"), {"area": village.pk, "kind": "covenant", "text": text})
    return RuleSource.objects.order_by("-uploaded_at").first()


def of_ours(function):
    return function.__module__.split(".")[0] in OWN


@pytest.fixture(scope="module")
def screens(values):
    """Addresses of all screens."""
    found = ["/admin/"]
    for register in hooks.get_hooks("register_admin_urls"):
        for pattern in register() if of_ours(register) else ():
            if pattern.name in NO_SCREENS:
                continue
            kwargs = {key: values[key](pattern.name) for key in pattern.pattern.converters}
            found.append(reverse(pattern.name, kwargs=kwargs))
    for model in get_snippet_models():
        if model._meta.app_label not in OWN:
            continue
        views = model.snippet_viewset
        found.append(reverse(views.get_url_name("list")))
        if one := model._default_manager.first():
            found.append(reverse(views.get_url_name("edit"), args=[one.pk]))
    for model in apps.get_models():
        if model._meta.model_name in page_models() and issubclass(model, Page):
            found.append(reverse("wagtailadmin_pages:edit", args=[model.objects.live().first().pk]))
    return found


@pytest.fixture(scope="module")
def desk(chromium, server, site):
    """The browser, logged in as the administrator, at desktop width."""
    forget(chromium)
    emulate(chromium)
    resize(chromium, DESK)
    chromium.get(f"{server}/admin/login/")
    chromium.find_element("name", "username").send_keys("admin")
    chromium.find_element("name", "password").send_keys(PASSWORD)
    chromium.find_element("css selector", "form button[type=submit]").click()
    chromium.find_element("css selector", "[data-wagtail-sidebar], #wagtail-sidebar")
    return chromium


def sign(rule, node):
    """What makes violations of two screens the same: the rule, the tag and its classes."""
    tag = re.match(r"<([\w-]+)", node["html"])[1]
    classes = re.search(r'class="([^"]*)"', node["html"])
    names = classes[1].split() if classes and tag != "html" else []
    return rule["id"], ".".join([tag, *names])


@pytest.fixture(scope="module")
def plain(site):
    """Screens of Wagtail alone: lists, forms, an image with its tags, a page without our fields."""
    image = get_image_model().objects.first()
    root = Page.get_first_root_node()
    page = root.add_child(instance=Page(title="Wagtail", slug="plain", live=False))
    return [
        "/admin/images/",
        f"/admin/images/{image.pk}/",
        "/admin/users/",
        "/admin/sites/",
        "/admin/redirects/add/",
        "/admin/reports/site-history/",
        "/admin/collections/add/",
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_workflows:edit", args=[Workflow.objects.first().pk]),
        reverse("wagtailsites:edit", args=[Site.objects.first().pk]),
    ]


@pytest.fixture(scope="module")
def of_wagtail(desk, server, plain):
    signs = set()
    for address in plain:
        desk.get(server + address)
        signs |= {sign(rule, node) for rule in axe.violations(desk) for node in rule["nodes"]}
    return signs


def test_every_screen_opens(clerk, screens):
    """Text is edited on the desk, to which its address leads."""
    fail_with(
        f"{address} answers {status}"
        for address in screens
        if (status := clerk.get(address, follow=True).status_code) != 200
    )


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_axe_finds_nothing_of_ours(desk, server, screens, of_wagtail, width):
    resize(desk, width)
    faults = []
    for address in screens if width == DESK else [s for s in screens if "/rules/" in s]:
        desk.get(server + address)
        for rule in axe.violations(desk):
            rule["nodes"] = [
                node
                for node in rule["nodes"]
                if sign(rule, node) not in of_wagtail and DRAWN_BY_WAGTAIL not in node["target"]
            ]
            faults += axe.lines(f"{address} {width}", [rule])
    fail_with(faults)
