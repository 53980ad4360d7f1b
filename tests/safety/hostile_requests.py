"""Requests full of hostile texts: addresses, parameters and fields found, not listed.

Addresses come from the URL tables, names of parameters from the code that reads them, fields from
forms as they are shown and from the models, so that what is added tomorrow is reached as well.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path

import lxml.html
from django.forms import CharField
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    BlockField,
    ListBlock,
    RichTextBlock,
)

from tests.safety.faults import faults
from tests.safety.hostile_pages import stream
from tests.safety.vectors import BREAKOUTS, ELEMENTS, UNICODE, packs

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
    return {name: as_sent(made[(number + place) % len(made)]) for place, name in enumerate(names)}


def as_sent(text) -> str:
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


def public_addresses(pages):
    yield from (page.url for page in pages)
    for page in pages:
        for below in ("bijiao", "docx", "txt", "json", "zip", "yuyan/ii", "shiqing", "shiqing/x"):
            yield f"{page.url}{below}/"
    yield from named_addresses("admin/")


def named_addresses(*left_out):
    """Every named address of the site's URL tables but those below `left_out`."""
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) in left_out:
            continue
        namespace = getattr(entry, "namespace", None)
        for one in getattr(entry, "url_patterns", [entry]):
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
                values[name] = as_sent(vector)[: int(one.get("maxlength") or 2000)]
            elif kind in ("checkbox", "radio"):
                if one.get("checked") is not None or kind == "radio":
                    values[name] = one.get("value") or "on"
            else:
                values[name] = one.value if isinstance(one.value, str) else ""
        yield form.get("action") or "", (form.method or "GET").upper(), values


def drafted() -> str:
    """What the rich text editor's script sends, with vectors as words and as addresses of links.

    Short, for fields that allow few words; NUL is left to `everywhere`, as forms refuse it.
    """
    blocks, links = [], {}
    for number, vector in enumerate([*UNICODE, *BREAKOUTS[:4], *ELEMENTS[13:15]]):
        vector = vector.replace("\x00", "")
        links[str(number)] = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": vector}}
        blocks.append(
            {
                "key": f"k{number}",
                "text": vector,
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": len(vector), "key": number}],
            }
        )
    return json.dumps({"blocks": blocks, "entityMap": links})


def field_values(form, everywhere=False) -> dict:
    """What the editor's script sends for a form of the admin, vectors in each text.

    With `everywhere` also in dates, numbers, choices and addresses, which then refuse them, and in
    rows added to those that are there.
    """
    values = {}
    for number, (name, field) in enumerate(form.fields.items()):
        key = form.add_prefix(name)
        if isinstance(field, BlockField):
            values |= block_values(field.block, stream(field.block), key)
        elif isinstance(field.widget, DraftailRichTextArea) and not everywhere:
            values[key] = drafted()
        elif everywhere or type(field) is CharField:
            made = packs(min(getattr(field, "max_length", None) or 3000, 3000))
            values[key] = as_sent(made[number % len(made)])[: getattr(field, "max_length", None)]
    for formset in getattr(form, "formsets", {}).values():
        for child in formset.forms:
            values |= field_values(child, everywhere)
        if not everywhere:
            continue
        added = formset.empty_form
        added.prefix = formset.add_prefix(len(formset.forms))
        values |= field_values(added, everywhere)
        values[f"{formset.prefix}-TOTAL_FORMS"] = str(len(formset.forms) + 1)
    return values


def shown_values(html) -> dict:
    """What a browser sends of the largest form on a page when nobody typed anything."""
    tree = lxml.html.document_fromstring(html)
    forms = [form for form in tree.forms if form.method == "POST"]
    values = dict(max(forms, key=lambda form: len(form.inputs.keys())).form_values())
    return {name: value for name, value in values.items() if name}


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
        return {prefix: drafted()}
    return {prefix: "on" if value is True else "" if value in (None, False) else str(value)}
