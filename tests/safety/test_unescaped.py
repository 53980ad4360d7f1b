"""Autoescaping is left nowhere but in places that are named here, with the reason."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("site", "home", "villages", "covenants", "consultations")
UNESCAPED = re.compile(
    r"\|\s*(?:safe|safeseq|richtext)\b|autoescape off|\bmark_safe\(|\bSafeString\(|\bSafeText\("
    r"|\bhtml_safe\b|__html__|\bhtml_message\b|EmailMultiAlternatives|attach_alternative"
    r"|RawHTMLBlock\(|content_subtype"
)
ALLOWED = {
    "site/templates/villages/village_page.html": "rich text, cleaned by SafeRichTextField",
    "site/templates/villages/township_page.html": "rich text, cleaned by SafeRichTextField",
    "site/templates/villages/county_page.html": "rich text, cleaned by SafeRichTextField",
    "site/templates/villages/group_page.html": "rich text, cleaned by SafeRichTextField",
    "site/templates/villages/language_page.html": "rich text, cleaned by SafeRichTextField",
    "site/editorial/recovery_views.py": "a QR picture drawn of the site's own words",
    "site/safety/accounts/views.py": "a QR picture drawn of the site's own words",
    "site/search/passages.py": "marks put around escaped words",
    "villages/templatetags/glossary.py": "links put into escaped words, or into rendered HTML",
}


def unescaped() -> set[str]:
    found = set()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*"):
            if file.suffix not in (".py", ".html", ".txt") or "migrations" in file.parts:
                continue
            if UNESCAPED.search(file.read_text(encoding="utf-8", errors="ignore")):
                found.add(file.relative_to(ROOT).as_posix())
    return found


def test_nothing_is_unescaped_but_what_is_named():
    assert unescaped() == set(ALLOWED)


def test_every_rich_text_is_one_that_cleans_itself():
    bare = re.compile(r"(?<!Safe)\bRichText(?:Field|Block)\(")
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            if "migrations" not in file.parts and file.name != "fields.py":
                assert not bare.search(file.read_text(encoding="utf-8")), file
