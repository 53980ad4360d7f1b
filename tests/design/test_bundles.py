"""One style sheet and one script, found in development and named by content in production."""

import gzip
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from config import bundles
from tests import factories as make

LIMIT = 30 * 1024
REQUESTS = 4


def test_finder_gives_the_bundles_and_all_other_files():
    for path in (bundles.STYLE_SHEET, bundles.SCRIPT, "css/admin.css", "icon.svg"):
        assert finders.find(path), path
    assert finders.find("css/no-such.css") is None
    assert len(finders.find(bundles.STYLE_SHEET, find_all=True)) == 1


def test_sheets_stand_in_their_order_and_without_comments(tmp_path):
    folder = tmp_path / "css"
    folder.mkdir()
    for name in bundles.STYLES:
        (folder / f"{name}.css").write_text(f"/* why */\n.{name} {{\n  color: red;\n}}\n")
    sheet = bundles.build_style_sheet(tmp_path)
    assert re.findall(r"\.([a-z-]+)\{", sheet) == list(bundles.STYLES)
    assert "why" not in sheet


def test_print_comes_last():
    assert bundles.STYLES[0] == "tokens" and bundles.STYLES[-1] == "print"


def test_each_script_has_a_block_of_its_own(tmp_path):
    folder = tmp_path / "js"
    folder.mkdir()
    for name in bundles.SCRIPTS:
        (folder / f"{name}.js").write_text("const same = 1; // a note\n")
    script = bundles.build_script(tmp_path)
    assert script.count("{const same=1;}") == len(bundles.SCRIPTS)


def test_a_bundle_follows_its_sources(monkeypatch, tmp_path):
    """Who edits a sheet sees it at the next request."""
    (tmp_path / "static/css").mkdir(parents=True)
    for name in bundles.STYLES:
        (tmp_path / f"static/css/{name}.css").write_text("")
    with override_settings(ROOT=tmp_path, BUNDLE_ROOT=tmp_path / "bundles"):
        first = bundles.write_bundle(bundles.STYLE_SHEET).read_text()
        (tmp_path / "static/css/tokens.css").write_text("a { color: red }")
        assert "color:red" not in first
        assert "color:red" in bundles.write_bundle(bundles.STYLE_SHEET).read_text()


def test_production_names_bundles_by_content_and_compresses_them(tmp_path):
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
        address = staticfiles_storage.url(bundles.STYLE_SHEET)
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", address)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for path in (bundles.STYLE_SHEET, bundles.SCRIPT):
        packed = (tmp_path / f"{names[path]}.gz").read_bytes()
        assert gzip.decompress(packed) == (tmp_path / path).read_bytes()


@pytest.mark.django_db
def test_first_visit_is_small_and_asks_little(client):
    """HTML, CSS and JS as they travel, before pictures."""
    village = make.VillagePageFactory()
    rule = make.CovenantPageFactory(
        parent=village, articles=[f"第{n}件事，大家商量着办，不攀比，不浪费。" for n in range(40)]
    )
    shared = sum(
        len(gzip.compress(Path(finders.find(path)).read_bytes()))
        for path in (bundles.STYLE_SHEET, bundles.SCRIPT)
    )
    make.HomePageFactory()
    for url in ("/", "/find/", "/search/?q=酒席", "/consultations/", village.url, rule.url):
        answer = client.get(url, headers={"accept-encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        page = BeautifulSoup(gzip.decompress(answer.content), "lxml")
        asked = page.select("link[rel=stylesheet], link[rel=icon], script[src]")
        assert 1 + len(asked) <= REQUESTS, url
        assert len(answer.content) + shared <= LIMIT, url
