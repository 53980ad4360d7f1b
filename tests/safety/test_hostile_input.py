"""Hostile texts through the inputs of the public site, files and commands: found, not listed.

Addresses come from the URL tables, names of parameters from the code that reads them, fields from
forms as they are shown and from the models, so that what is added tomorrow is reached as well.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path

import docx
import lxml.html
import pytest
from django.core.management import call_command
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    BlockField,
    ListBlock,
    RichTextBlock,
)
from wagtail.test.utils.form_data import rich_text

from safety.characters import clean_text
from tests.browser.every_page.crawl import page_models
from tests.factories import (
    ConsultationPageFactory,
    UserFactory,
)
from tests.safety.faults import faults
from tests.safety.hostile_pages import hostile_pages, stream
from tests.safety.vectors import ALL, packs

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("site", "home", "villages", "covenants", "consultations")
REMOVED = [chr(code) for code in (0, 0x202E, 0x2066, 0xD800, 0xFFFE, 0xFFFF)]


@cache
def parameters() -> set[str]:
    """Every name that the site's code reads from an address or a form, and Wagtail's filters."""
    names = {"q", "p", "page", "ordering", "id", "tag", "next", "locale", "collection_id", "term"}
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call | ast.Subscript):
                    names |= _named_in(node)
        for file in (ROOT / room).rglob("*.html"):
            text = file.read_text(encoding="utf-8")
            names |= set(re.findall(r"<(?:input|select|textarea)[^>]*? name=\"([\w-]+)\"", text))
    return names - {"csrfmiddlewaretoken"}


def _named_in(node) -> set[str]:
    subject = (
        node.func.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        else getattr(node, "value", None)
    )
    if not (isinstance(subject, ast.Attribute) and subject.attr in ("GET", "POST")):
        return set()
    given = node.args[:1] if isinstance(node, ast.Call) else [node.slice]
    return {one.value for one in given if isinstance(one, ast.Constant)}


def query(number: int) -> dict:
    """All parameters at once, each with another pack of vectors; other ones for each `number`."""
    names, made = sorted(parameters()), packs(200)
    return {name: _as_sent(made[(number + place) % len(made)]) for place, name in enumerate(names)}


def _as_sent(text) -> str:
    """Half a pair has no bytes; a browser sends what replaces it, files and JSON hold it itself."""
    return text.encode("utf-8", "replace").decode()


def check(answer, where):
    assert answer.status_code < 500, where
    kind = answer.get("Content-Type", "")
    if answer.streaming or "html" not in kind:
        if not answer.streaming and "json" in kind and b"<" in answer.content:
            assert answer["X-Content-Type-Options"] == "nosniff", where
        return
    text = answer.content.decode()
    if "cunyue" in text:
        assert faults(text) == [], where
    for header in ("Location", "Set-Cookie"):
        assert "\n" not in answer.get(header, ""), where


@pytest.fixture
def places():
    return hostile_pages()


def public_addresses(pages):
    yield from (page.url for page in pages)
    for page in pages:
        for below in ("bijiao", "docx", "txt", "json", "zip", "yuyan/ii"):
            yield f"{page.url}{below}/"
    for namespace in ("home", "search", "villages", "covenants", ""):
        resolver = get_resolver()
        for entry in resolver.url_patterns:
            if getattr(entry, "namespace", None) == (namespace or None) and hasattr(
                entry, "url_patterns"
            ):
                for one in entry.url_patterns:
                    if getattr(one, "name", None):
                        yield from _reversed(":".join(filter(None, [namespace, one.name])), one)


def _reversed(name, entry):
    arguments = {*entry.pattern.regex.groupindex, *getattr(entry.pattern, "converters", {})}
    for value in ("532391101201", "1", "x"):
        try:
            yield reverse(name, kwargs=dict.fromkeys(arguments, value))
            return
        except NoReverseMatch:
            continue


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


def form_values(html, vector):
    """{action: values} of each form on a page, its text inputs filled."""
    tree = lxml.html.document_fromstring(html)
    for form in tree.forms:
        values = {}
        for one in form.inputs:
            name, kind = one.name, (one.get("type") or "text").lower()
            if not name or kind in ("submit", "file", "button"):
                continue
            free = one.tag == "textarea" or kind in ("text", "search", "url", "email", "tel")
            if free and not re.search(r"slug|-id$|-ORDER$|-order$|FORMS$|csrf", name):
                values[name] = _as_sent(vector)[: int(one.get("maxlength") or 2000)]
            elif kind in ("checkbox", "radio"):
                if one.get("checked") is not None or kind == "radio":
                    values[name] = one.get("value") or "on"
            else:
                values[name] = one.value if isinstance(one.value, str) else ""
        yield form.get("action") or "", (form.method or "GET").upper(), values


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


def stream_values(answer) -> dict:
    """What the editor's script sends for the stream fields of the form on a page."""
    form = answer.context and answer.context.get("form")
    values = {}
    for name, field in form.fields.items() if form is not None else ():
        if isinstance(field, BlockField):
            values |= block_values(field.block, stream(field.block), name)
    return values


def block_values(block, value, prefix) -> dict:
    if isinstance(block, BaseStreamBlock | ListBlock):
        made = {f"{prefix}-count": str(len(value))}
        for number, one in enumerate(value):
            inside = f"{prefix}-{number}"
            many = isinstance(block, BaseStreamBlock)
            child = block.child_blocks[one["type"]] if many else block.child_block
            made |= {f"{inside}-type": one["type"], f"{inside}-order": str(number)}
            made |= {f"{inside}-deleted": "", f"{inside}-id": one["id"]}
            made |= block_values(child, one["value"], f"{inside}-value")
        return made
    if isinstance(block, BaseStructBlock):
        made = {}
        for name, child in block.child_blocks.items():
            made |= block_values(child, value.get(name), f"{prefix}-{name}")
        return made
    if isinstance(block, RichTextBlock):
        return {prefix: rich_text(value)}
    return {prefix: "on" if value is True else "" if value in (None, False) else str(value)}


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
    ((action, values),) = [
        (action, values)
        for action, method, values in form_values(shown.content.decode(), "x")
        if method == "POST" and "title" in values
    ]
    answer = admin.post(
        action or address,
        values | stream_values(shown) | {"title": "\u202e倒题\x00", "slug": page.slug},
        follow=True,
    )
    assert "控制符" in answer.content.decode()
    assert "\u202e" not in answer.content.decode()
