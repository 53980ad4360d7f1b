"""Wagtail's own words in Chinese, where its catalogue leaves English or is not understood."""

import gettext
from pathlib import Path

import pytest
import wagtail
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tests.config.test_catalogue import TAG, placeholders, read
from tests.factories import HomePageFactory, UserFactory

FOLDER = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES"
# Wagtail's Chinese speaks of a 工作流 here, which no village clerk knows.
REWORDED = {
    "Cancel workflow ",
    "Restart workflow ",
    "Resubmit to %(task_name)s",
    "Submit to %(workflow_name)s",
    "Workflow on page '%(page_title)s' has been cancelled.",
    "Workflow on page '%(page_title)s' has been restarted.",
}
OURS = read((FOLDER / "django.po").read_text())


def catalogues(language):
    """All messages of Wagtail's parts in a language."""
    pattern = f"**/locale/{language}/LC_MESSAGES/django.po"
    for path in sorted(Path(wagtail.__file__).parent.glob(pattern)):
        yield from read(path.read_text())


@pytest.fixture(scope="module")
def asked_by_wagtail():
    return {tuple(message.sources) for message in catalogues("en")}


def test_each_of_our_messages_is_one_of_wagtails(asked_by_wagtail):
    stale = [m.sources for m in OURS if tuple(m.sources) not in asked_by_wagtail]
    assert len(OURS) > 250 and not stale


def test_wagtail_says_nothing_of_it_in_chinese_that_clerks_understand():
    said = {
        message.sources[0]
        for message in catalogues("zh_Hans")
        if all(message.translations) and not message.fuzzy
    }
    assert said.intersection(message.sources[0] for message in OURS) == REWORDED


@pytest.mark.parametrize("find", [placeholders, lambda text: sorted(TAG.findall(text))])
def test_placeholders_and_tags_are_kept(find):
    lost = [m.sources for m in OURS if find(m.sources[-1]) != find(m.translations[0])]
    assert not lost


def test_the_compiled_catalogue_is_that_of_the_source():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in OURS:
        single = len(message.sources) == 1
        said = (
            compiled.gettext(message.sources[0])
            if single
            else compiled.ngettext(*message.sources, 2)
        )
        assert said == message.translations[0]


@pytest.mark.django_db
def test_an_editor_is_told_in_chinese_what_keeps_a_page_from_being_saved(client):
    home = HomePageFactory()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    address = reverse("wagtailadmin_pages:edit", args=[home.pk])
    html = client.post(address, {"title": ""}).content.decode()
    assert "页面没有存上" in html and "could not be saved" not in html
    with translation.override("en"):
        assert translation.gettext("Saved") == "Saved"
