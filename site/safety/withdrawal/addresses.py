"""Addresses of pages: which page an address means, and which addresses were a withdrawn page's.

Kept as digests: an address may hold a name in pinyin.
"""

import hashlib
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from ..models import WithdrawnMark

DEEPEST = 14
"""Parts of an address that are looked at; no page stands deeper."""


def normalised(path: str) -> str:
    """A path as it is compared: without host, query, empty parts and the slash at its end."""
    return "/" + "/".join(part for part in unquote(path).split("/") if part)


def digest(path: str) -> str:
    return hashlib.sha256(normalised(path).encode("utf-8", "replace")).hexdigest()


def at_and_above(path: str) -> list[str]:
    """The path and those of everything it stands below, longest first, without the root."""
    parts = normalised(path).split("/")[1 : DEEPEST + 1]
    return ["/" + "/".join(parts[:end]) for end in range(len(parts), 0, -1) if parts[0]]


def is_withdrawn(path: str) -> bool:
    """Whether an address was a withdrawn page's, or stands below one; one query."""
    digests = [digest(one) for one in at_and_above(path)]
    if not digests:
        return False
    return WithdrawnMark.objects.filter(kind=WithdrawnMark.ADDRESS, digest__in=digests).exists()


def addresses_of(pages: Iterable[Page]) -> set[str]:
    """All paths at which the pages were ever found: their own and those that lead to them."""
    pages = list(pages)
    found = {normalised(urlsplit(page.get_url() or "").path) for page in pages}
    redirects = Redirect.objects.filter(redirect_page__in=[page.pk for page in pages])
    found |= {normalised(path) for path in redirects.values_list("old_path", flat=True)}
    return found - {"/"}


def page_at(address: str) -> Page | None:
    """The page, live or not, at a path or full address, or the one a former address leads to.

    Addresses below a page (its files, its comparison) mean the page.
    """
    paths = at_and_above(urlsplit(address.strip()).path)
    return _in_tree(paths) or _redirected(paths)


def _in_tree(paths: list[str]) -> Page | None:
    """The deepest page that may be withdrawn on the way; a place is meant only by its own path."""
    roots = Site.objects.values_list("root_page__url_path", flat=True)
    for number, path in enumerate(paths):
        wanted = [f"{root.rstrip('/')}{path}/" for root in roots]
        page = Page.objects.filter(url_path__in=wanted).first()
        if page is not None:
            return page if number == 0 or may_be_withdrawn(page) else None
    return None


def _redirected(paths: list[str]) -> Page | None:
    spelt = {Redirect.normalise_path(form) for path in paths for form in (path, quote(path))}
    found = Redirect.objects.filter(old_path__in=spelt, redirect_page__isnull=False)
    redirect = max(found, key=lambda one: len(one.old_path), default=None)
    return redirect.redirect_page if redirect else None


def may_be_withdrawn(page: Page) -> bool:
    """Whether pages of this kind can be withdrawn at all: those that hold texts, no places."""
    return bool(getattr(page.specific_class, "withdrawable", False))
