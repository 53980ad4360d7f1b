"""/style/: every token and component with its states, for who builds pages and for who checks them.

Only where the site is developed or shows sample content; elsewhere the address does not exist.
"""

import re

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

TOKEN = re.compile(r"^  --([\w-]+): ([^;]+);", re.M)
COLOUR = re.compile(r"#[0-9a-f]{6}$")
ERROR_PAGES = ("400", "403", "403_csrf", "404", "410", "429", "500")


class ExampleForm(forms.Form):
    """A form with something wrong in it."""

    name = forms.CharField(label="您的称呼", help_text="写“村民”也可以。", max_length=4)
    words = forms.CharField(label="想说的话", widget=forms.Textarea(attrs={"rows": 3}))


def _only_where_shown():
    if not (settings.DEBUG or settings.CUNYUE_SAMPLE):
        raise Http404


@require_safe
def style_page(request):
    _only_where_shown()
    wrong = ExampleForm({"name": "松林村村民代表甲", "words": ""})
    wrong.is_valid()
    return render(
        request,
        "home/style.html",
        {
            "tokens": tokens(),
            "icons": sorted(p.stem for p in (settings.SITE / "templates/icons").glob("*.svg")),
            "form": wrong,
            "page_of_many": Paginator(range(50), 10).page(2),
            "error_pages": ERROR_PAGES,
        },
    )


@require_safe
def error_page(request, name):
    """One of the error pages as readers see it, answered with 200 so that it can be looked at."""
    _only_where_shown()
    if name not in ERROR_PAGES:
        raise Http404
    return render(request, f"{name}.html")


def tokens():
    """{"colours": [name], "others": [(name, value)]} as the light mode sets them."""
    sheet = (settings.ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    light = sheet[sheet.index(":root {") : sheet.index("\n}")]
    found = TOKEN.findall(light)
    return {
        "colours": [name for name, value in found if COLOUR.match(value)],
        "others": [(name, value) for name, value in found if not COLOUR.match(value)],
    }
