"""What every public template keeps to: nothing inline, icons that exist."""

import re

import pytest
from django.conf import settings

TEMPLATES = settings.SITE / "templates"
ADMINS = re.compile(r"/admin/|wagtailadmin|admin_status")
PUBLIC = sorted(
    p.relative_to(TEMPLATES) for p in TEMPLATES.rglob("*.html") if not ADMINS.search(str(p))
)


@pytest.mark.parametrize("path", PUBLIC, ids=str)
def test_nothing_is_inline(path):
    """The content security policy of public pages forbids it, and browsers would drop it unseen."""
    html = (TEMPLATES / path).read_text(encoding="utf-8")
    assert not re.findall(r"\sstyle=|<style\b|\son[a-z]+=|javascript:", html)
    assert not re.findall(r"<script(?![^>]*\bsrc=)", html)


def test_styles_and_scripts_come_from_the_bundles_alone():
    for path in PUBLIC:
        html = (TEMPLATES / path).read_text(encoding="utf-8")
        linked = re.findall(r'static "((?:css|js)/[^"]+)"', html)
        alone = {"js/kept.js"} if path.name == "offline.html" else set()
        assert set(linked) <= {"css/site.css", "js/site.js"} | alone, path


def test_every_icon_named_is_drawn():
    drawn = {p.stem for p in (TEMPLATES / "icons").glob("*.svg")}
    for path in PUBLIC:
        html = (TEMPLATES / path).read_text(encoding="utf-8")
        named = re.findall(r'components/icon\.html" with name="([^"]+)"', html)
        named += re.findall(r'\bicon="([^"]+)"', html)
        assert set(named) <= drawn, path
