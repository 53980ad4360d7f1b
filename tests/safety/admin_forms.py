"""Finds every form of the admin that posts, and fills it.

Addresses come from the URL resolver and the doors of the access matrix, and out of the pages they
show, so a new screen is reached without being listed. A form is known by the view it posts to, the
names of its fields and the button that is pressed.
"""

import io
import json
import re
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urlsplit

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve
from django.utils import timezone
from PIL import Image as PillowImage

from tests.browser.every_page.crawl import local
from tests.safety.hostile import packed
from tests.safety.hostile_requests import as_sent, drafted
from tests.safety.vectors import packs

PASSWORD = "Cunyue-xunzhang-2031"
NAME_OF_FILE = '"><img src=x onerror=cunyue(1)>'
# Addresses in the data that scripts read; those with a blank to be filled in are not whole.
_ADDRESS = re.compile(r"(?:&quot;|[\"' ])(/admin/[^\"'<> &\\]*)")
_NOT_WHOLE = re.compile(r"__prefix__|%7B|[{}]")
_NO_WORDS = ("hidden", "checkbox", "radio", "file", "submit", "button", "image", "reset")
_DATED = re.compile(r"w-date|w-tooltip-date|datepicker")


@dataclass
class Form:
    """A form of a page with the button that sends it; `fields` are its elements, in order."""

    page: str
    action: str
    fields: list
    button: tuple[str, str] | None

    @property
    def view(self) -> str:
        return view_of(self.action)

    @property
    def sign(self) -> tuple:
        """What forms of one kind have in common: rows and values differ, names do not."""
        names = {re.sub(r"\d+", "#", one.get("name")) for one in self.fields}
        button = self.button and tuple(re.sub(r"\d+", "#", part) for part in self.button)
        return self.view, frozenset(names), button

    def __str__(self):
        pressed = f" [{'='.join(self.button)}]" if self.button else ""
        return f"{self.view}{pressed} of {self.page}"


def view_of(address: str) -> str:
    try:
        return resolve(unquote(urlsplit(address).path)).view_name
    except Resolver404:
        return "nowhere"


def tree_of(answer):
    """The parsed page of an answer; None for what is none."""
    if answer.streaming or not answer.content:
        return None
    kind = answer.get("Content-Type", "")
    if "html" in kind:
        return lxml.html.document_fromstring(answer.content.decode())
    if "json" in kind:
        # What dialogs show.
        made = json.loads(answer.content)
        html = made.get("html") if isinstance(made, dict) else None
        return lxml.html.document_fromstring(html) if html else None
    return None


def links_of(answer, tree, address):
    kind = answer.get("Content-Type", "")
    if answer.streaming or not ("html" in kind or "json" in kind):
        return []
    named = [] if tree is None else tree.xpath("//a/@href")
    named += _ADDRESS.findall(answer.content.decode())
    links = dict.fromkeys(urldefrag(local(one, address))[0] for one in named)
    return [one for one in links if one.startswith("/admin/") and not _NOT_WHOLE.search(one)]


def forms_of(tree, address):
    """Each form that posts, once for each of its buttons that has a name."""
    for form in tree.forms:
        if (form.get("method") or "").upper() != "POST":
            continue
        action = local(form.get("action") or address, address)
        inside = list(form.iter("input", "select", "textarea", "button"))
        if form.get("id"):
            inside += tree.xpath(f"//*[@form='{form.get('id')}']")
        fields, buttons = [], []
        for one in inside:
            if one.get("name") and "__prefix__" not in one.get("name"):
                pressed = one.tag == "button" or (one.get("type") or "") == "submit"
                (buttons if pressed else fields).append(one)
        named = dict.fromkeys((one.get("name"), one.get("value") or "") for one in buttons)
        for button in named or [None]:
            yield Form(address, action, fields, button)


def filled(form: Form, number: int, wild: bool) -> dict:
    """What is sent: vectors in each text; if `wild` in all else as well, which then refuses it."""
    values: dict[str, list] = {}
    for place, field in enumerate(form.fields):
        name, vector = field.get("name"), as_sent(_vector(field, number + place))
        if name == "csrfmiddlewaretoken":
            continue
        kind = (field.get("type") or "text").lower()
        if kind == "file":
            values[name] = [_file(field)]
        elif wild and kind not in ("checkbox", "radio"):
            values[name] = [vector]
        elif (given := _given(field, kind, vector, values.get(name))) is not None:
            values.setdefault(name, [])
            values[name] += given
    if form.button:
        values.setdefault(form.button[0], [form.button[1]])
    return {name: one if len(one) != 1 else one[0] for name, one in values.items()}


def _vector(field, number):
    longest = min(int(field.get("maxlength") or 1000), 1000)
    made = packs(longest)
    return made[number % len(made)][:longest]


def _given(field, kind, vector, before):
    """A value that such a field takes; None for a box or button that is not chosen."""
    name, now = field.get("name"), field.value
    if field.tag == "select":
        options = [one for one in field.xpath(".//option/@value") if one]
        chosen = [one for one in ([*now] if field.multiple else [now]) if one]
        return chosen or options[:1] or [""]
    if kind == "checkbox":
        return None if name.endswith("DELETE") else [field.get("value") or "on"]
    if kind == "radio":
        return None if before and field.get("checked") is None else [field.get("value") or "on"]
    if "data-draftail-input" in field.attrib:
        return [drafted()]
    now = now if isinstance(now, str) else ""
    if kind in _NO_WORDS:
        return [now]
    if kind == "password":
        return [PASSWORD]
    if kind == "email":
        return ["cunyue@example.org"]
    if kind == "url":
        return ["https://example.org/cunyue"]
    if kind == "number":
        return [now or field.get("min") or "1"]
    if kind in ("date", "datetime-local", "time") or _DATED.search(str(dict(field.attrib))):
        return [now or timezone.localdate().isoformat()]
    if re.search(r"slug|code|username|hostname|port$|path", name):
        return [now or f"cunyue{len(name)}"]
    return [vector]


def _file(field) -> SimpleUploadedFile:
    accepted = field.get("accept") or field.get("name")
    if "image" in accepted:
        target = io.BytesIO()
        PillowImage.new("RGB", (8, 8)).save(target, "PNG")
        return SimpleUploadedFile(f"{NAME_OF_FILE}.png", target.getvalue())
    words = "第一条 酒席不超过十桌。<script>cunyue(1)</script>\n".encode()
    if "zip" in accepted or "archive" in accepted:
        return SimpleUploadedFile(f"{NAME_OF_FILE}.zip", packed({f"{NAME_OF_FILE}.txt": words}))
    return SimpleUploadedFile(f"{NAME_OF_FILE}.txt", words)


def is_told(answer) -> bool:
    """Whether whoever sent a form, and was not led on, is told what became of it."""
    if answer.status_code in (400, 403, 404, 405, 410, 413, 429):
        return True
    tree = tree_of(answer)
    if tree is None:
        return True
    told = tree.xpath(
        "//*[contains(@class, 'error') or contains(@class, 'messages') or @role='alert'"
        " or @role='status']"
    )
    return any(one.text_content().strip() for one in told)


def has_words(form: Form) -> bool:
    """Whether a form takes any text; one that asks for a button alone leaves nothing to see."""
    return any(
        field.tag == "textarea"
        or field.tag == "input"
        and (field.get("type") or "text").lower() not in _NO_WORDS
        for field in form.fields
    )
