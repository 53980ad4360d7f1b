"""What a reader chose for reading: larger letters, light or dark, English, one's own village.

The choices lie in cookies of the reader's own browser, one each, and say only how pages are shown.
They are never evidence of who somebody is; what is no choice on offer is ignored.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings
from django.urls import reverse
from django.utils import translation

YEAR = 365 * 24 * 60 * 60
# Field → what it may be. "" stands for "as usual" and is never kept.
CHOICES = MappingProxyType(
    {
        "text": re.compile(r"[123]"),
        "theme": re.compile(r"light|dark"),
        "lang": re.compile(r"en"),
        "village_code": re.compile(r"[0-9]{12}"),
    }
)
COOKIES = MappingProxyType(
    {"text": "text", "theme": "theme", "lang": "lang", "village_code": "village"}
)


@dataclass(frozen=True)
class Preferences:
    """`text`: "", "1", "2" or "3" (elder steps of 20, 24 and 30 px); `theme`: "", "light", "dark";
    `lang`: "" or "en"; `village_code`: twelve digits or ""."""

    text: str = ""
    theme: str = ""
    lang: str = ""
    village_code: str = ""

    @property
    def is_elder(self):
        return bool(self.text)

    @property
    def smaller(self):
        """The step below, never leaving the elder mode."""
        return str(max(int(self.text or 1) - 1, 1))

    @property
    def larger(self):
        return str(min(int(self.text or 0) + 1, 3))


def checked(field, value):
    """The value where it is a choice on offer, else ""."""
    return value if value and CHOICES[field].fullmatch(value) else ""


def preferences_of(request):
    return Preferences(
        **{field: checked(field, request.COOKIES.get(name)) for field, name in COOKIES.items()}
    )


def remember(response, **fields):
    """Keep choices for a year in the reader's browser; "" (or what is no choice) forgets one.

    The page's own script reads and sets them, too, so that letters grow without a new page: they
    are not HttpOnly.
    """
    for field, value in fields.items():
        name = COOKIES[field]
        if kept := checked(field, value):
            response.set_cookie(
                name, kept, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        else:
            response.delete_cookie(name, samesite="Lax")
    return response


def preferences(request):
    """Context processor: the reader's `preferences` for every template."""
    return {"preferences": preferences_of(request)}


class InterfaceLanguageMiddleware:
    """English only where the reader asked for it, and never in the admin, which has its own choice.

    What the browser says it prefers does not count: telephones bought second-hand say many things.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(reverse("wagtailadmin_home")):
            return self.get_response(request)
        language = preferences_of(request).lang or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            return self.get_response(request)
