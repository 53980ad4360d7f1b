"""The English catalogue is whole: everything translated, nothing fuzzy, placeholders kept."""

import gettext
import json
import re
from typing import NamedTuple

import pytest
from django.conf import settings
from django.utils import translation

from villages.models import CountyPage

FOLDER = settings.LOCALE_PATHS[0] / "en" / "LC_MESSAGES"
FIELD = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"(?:\n|$))+)', re.MULTILINE)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]")
TAG = re.compile(r"</?\w[^>]*>")


class Message(NamedTuple):
    """One entry: `sources` are msgid and plural, `translations` one text per form."""

    sources: list[str]
    translations: list[str]
    fuzzy: bool


def read(text: str) -> list[Message]:
    """The messages of a .po text, without its header and obsolete entries."""
    messages = []
    for block in text.split("\n\n"):
        fields = {
            name: "".join(json.loads(line) for line in quoted.splitlines())
            for name, quoted in FIELD.findall(block)
        }
        if fields.get("msgid"):
            sources = [value for name, value in fields.items() if name.startswith("msgid")]
            targets = [value for name, value in fields.items() if name.startswith("msgstr")]
            fuzzy = bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE))
            messages.append(Message(sources, targets, fuzzy))
    return messages


def placeholders(text: str) -> tuple[list[str], list[str]]:
    """Named placeholders, which may change places, and positional ones, which may not."""
    found = PLACEHOLDER.findall(text.replace("%%", ""))
    return sorted({x for x in found if "(" in x}), [x for x in found if "(" not in x]


def untranslated(messages: list[Message]) -> list[str]:
    return [
        message.sources[0]
        for message in messages
        if message.fuzzy
        or len(message.translations) != len(message.sources)
        or not all(text.strip() for text in message.translations)
    ]


def altered(messages: list[Message]) -> list[str]:
    """Sources with a form whose placeholders or tags differ from the source's."""
    return [
        message.sources[0]
        for message in messages
        for source, text in zip(message.sources, message.translations, strict=False)
        if placeholders(source) != placeholders(text) or TAG.findall(source) != TAG.findall(text)
    ]


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return read((FOLDER / "django.po").read_text(encoding="utf-8"))


def test_every_message_has_a_translation_that_is_not_fuzzy(messages):
    assert messages
    assert untranslated(messages) == []


def test_placeholders_and_tags_agree(messages):
    assert altered(messages) == []


def test_the_compiled_catalogue_holds_what_the_source_says(messages):
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages:
        if len(message.sources) == 1:
            found = [compiled.gettext(message.sources[0])]
        else:
            found = [compiled.ngettext(*message.sources, number) for number in (1, 2)]
        assert found == message.translations


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "村"\nmsgstr ""',
        '#, fuzzy\nmsgid "村"\nmsgstr "Village"',
        '#, fuzzy, python-format\nmsgid "村 %s"\nmsgstr "Village %s"',
        'msgid "村"\nmsgid_plural "村"\nmsgstr[0] "Village"\nmsgstr[1] ""',
    ],
)
def test_a_gap_in_a_catalogue_is_noticed(entry):
    assert untranslated(read(f'msgid ""\nmsgstr "header"\n\n{entry}\n'))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%(n)s 个村", "Villages"),
        ("%(n)s 个村", "Villages: %(n)d"),
        ("%s 有 %d 条", "%d articles in %s"),
        ("<b>村</b>", "Village"),
    ],
)
def test_a_lost_placeholder_is_noticed(source, text):
    assert altered(read(f'msgid "{source}"\nmsgstr ""\n"{text}"\n'))


def test_english_names_places():
    assert str(CountyPage._meta.verbose_name) == "县（市）"
    with translation.override("en"):
        assert str(CountyPage._meta.verbose_name) == "County (city)"
