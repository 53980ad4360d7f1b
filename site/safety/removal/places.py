"""Which page of this site an address means, and which body answers for it."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from wagtail.models import Page, Site

DEEPEST = 12
_finders: list[Callable[[Page], Page | None]] = []


def register_body_finder(find: Callable[[Page], Page | None]) -> None:
    """Let a room above say which page of the tree answers for a page: its township, its county."""
    if find not in _finders:
        _finders.append(find)


def path_of(address: str) -> str:
    """The path of an address as somebody typed or copied it; `/` where nothing can be made of it.

    Addresses of other sites lose their host like those of this one: a site may have several names.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return "/"
    path = unquote(parts.path, errors="replace").replace("\x00", "")
    if not (parts.scheme or parts.netloc or path.startswith("/")):
        path = f"/{path.partition('/')[2]}" if "." in path.partition("/")[0] else f"/{path}"
    return path or "/"


def page_at(path: str) -> Page | None:
    """The live page at a path, or the nearest above it; what hides there is not told."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return None
    page = site.root_page
    for slug in [part for part in path.split("/") if part][:DEEPEST]:
        below = page.get_children().live().filter(slug=slug).first()
        if below is None:
            break
        page = below
    return page


def body_of(page: Page | None) -> Page | None:
    """The page of the body that answers for a page; the site's own where no lower one does."""
    if page is None:
        return None
    for find in _finders:
        if (body := find(page)) is not None:
            return body
    return Page.objects.filter(path=page.path[: 2 * Page.steplen]).first()
