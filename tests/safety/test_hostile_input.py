"""Hostile texts through the inputs of the public site, files and commands: found, not listed."""

import json
import re

import docx
import pytest
from django.core.management import call_command
from django.urls import reverse

from safety.characters import clean_text
from tests.browser.every_page.crawl import page_models
from tests.factories import (
    ConsultationPageFactory,
    UserFactory,
)
from tests.safety.hostile_pages import hostile_pages
from tests.safety.hostile_requests import (
    REMOVED,
    check,
    field_values,
    form_values,
    parameters,
    public_addresses,
    query,
    shown_values,
)
from tests.safety.vectors import ALL, packs

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return hostile_pages()


def test_every_public_address_with_every_parameter(client, places):
    addresses = list(dict.fromkeys(public_addresses(places)))
    for number, address in enumerate(addresses):
        check(client.get(address), address)
        check(client.get(address, query(number)), address)
    assert len(addresses) > 30


def test_every_type_of_page_is_among_them(places):
    made = {page._meta.model_name for page in places}
    assert made == page_models()


def test_the_names_of_parameters_are_found():
    assert {"q", "area", "for", "on", "reason", "finding"} <= parameters()


def test_every_form_of_the_public_site(client, places):
    sent = 0
    for address in dict.fromkeys(public_addresses(places)):
        answer = client.get(address)
        if answer.streaming or not answer.content or "html" not in answer["Content-Type"]:
            continue
        for action, method, values in form_values(answer.content.decode(), " ".join(ALL[:40])):
            if not action.startswith(("/", "")) or "admin" in action:
                continue
            sent += 1
            ask = client.post if method == "POST" else client.get
            check(ask(action or address, values), f"{address} {action}")
    assert sent > 20


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def test_the_lists_and_histories_of_the_admin_show_hostile_titles_as_text(admin, places):
    home = places[0]
    addresses = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[home.pk]),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_pages:search") + "?q=cunyue",
        reverse("safety_report"),
    ]
    for page in places:
        page.save_revision()
        addresses += [
            reverse("wagtailadmin_explore", args=[page.pk]),
            reverse("wagtailadmin_pages:history", args=[page.pk]),
            reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
            reverse("wagtailadmin_pages:usage", args=[page.pk]),
            reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "earliest", "latest"]),
        ]
    for address in addresses:
        check(admin.get(address, follow=True), address)


def test_texts_of_files(tmp_path, capsys):
    document = docx.Document()
    for vector in ALL:
        document.add_paragraph(
            re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", vector)
        )
    document.save(tmp_path / "a.docx")
    (tmp_path / "a.txt").write_bytes("\n".join(ALL).encode("utf-8", "surrogatepass"))
    (tmp_path / "b.txt").write_text("第一条 " + clean_text("\n".join(ALL)), encoding="utf-8")
    for command, file in (
        ("parse_rules", "a.docx"), ("parse_rules", "b.txt"), ("lint_rules", "b.txt"),
        ("scan_personal_data", "a.docx"), ("scan_personal_data", "b.txt"),
    ):  # fmt: skip
        call_command(command, str(tmp_path / file), json=True)
        answer = capsys.readouterr().out
        json.loads(answer)
        assert not any(one in answer for one in REMOVED[1:3])


def test_a_search_for_anything_answers(client, capsys, places):
    for pack in packs(300):
        call_command("find", clean_text(pack), json=True)
        json.loads(capsys.readouterr().out)


def test_ten_megabytes_are_refused_in_words(client, admin):
    huge = "酒" * (10 * 1024**2 // 3)
    for address in ("/search/", reverse("covenants_upload"), reverse("wagtailadmin_login")):
        answer = admin.post(address, {"q": huge, "text": huge, "username": huge})
        assert answer.status_code == 413 and "5 MB" in answer.content.decode()


def test_characters_that_no_text_may_hold_are_taken_out_with_a_note(admin):
    page = ConsultationPageFactory(live=False)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    shown = admin.get(address)
    values = shown_values(shown.content.decode())
    values |= field_values(shown.context["form"])
    answer = admin.post(
        address, values | {"title": "\u202e倒题\x00", "slug": page.slug}, follow=True
    )
    assert "控制符" in answer.content.decode()
    assert "\u202e" not in answer.content.decode()
