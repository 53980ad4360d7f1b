"""Finds the public pages of a site by following its links, and which of them show all there is.

Nothing is listed by hand but the addresses that no page links to. Pages of one type are many, so
no more than `PER_TYPE` of each are read; a type is a page model or a named address together with
the names of its query parameters.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import lxml.html
from django.urls import Resolver404, get_resolver, resolve
from wagtail.models import Page

PER_TYPE = 10
# Filters combine to thousands of addresses: so many of the same parameters, so many of one route.
PER_QUESTION = 2
QUESTIONS_PER_ROUTE = 24
NOT_PAGES = ("/admin/", "/documents/", "/media/", "/static/", "/reading-settings/")


@dataclass
class Found:
    """One answer: `kind` is its type, `tree` its parsed HTML or None for what is no page."""

    path: str
    kind: str
    status: int
    response: object
    tree: object = None
    referrer: str = ""
    links: list = field(default_factory=list)

    @property
    def html(self):
        return self.response.content.decode()

    @property
    def classes(self):
        """The class names it uses: what a page shows, its states included, goes by them."""
        return {f"{self.kind.split('?')[0]}"} | {
            name for value in self.tree.xpath("//@class") for name in value.split()
        }

    @property
    def fragments(self):
        return set(self.tree.xpath("//@id")) | set(self.tree.xpath("//a/@name"))


def crawl(client, starts):
    """{address: Found} of what `starts` and their links lead to, redirects followed."""
    models = _models()
    found, counted, seen = {}, Counter(), set()
    waiting = deque((start, "") for start in starts)
    while waiting:
        address, referrer = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        kind = kind_of(address, models)
        if referrer and not _room_for(kind, counted):
            continue
        counted[kind] += 1
        counted[f"{kind.split('?')[0]}?"] += "?" in kind
        found[address] = one = read(client, address, kind, referrer)
        if 300 <= one.status < 400:
            waiting.append((urldefrag(local(one.response["Location"], address))[0], address))
        waiting.extend((link, address) for link in dict.fromkeys(one.links))
    return found


def _room_for(kind, counted):
    route, question, _ = kind.partition("?")
    if not question:
        return counted[kind] < PER_TYPE
    return counted[kind] < PER_QUESTION and counted[f"{route}?"] < QUESTIONS_PER_ROUTE


def read(client, address, kind, referrer=""):
    response = client.get(address)
    one = Found(address, kind, response.status_code, response, referrer=referrer)
    if not response.streaming and response.content and "html" in response["Content-Type"]:
        one.tree = lxml.html.document_fromstring(one.html)
        hrefs = (local(href, address) for href in one.tree.xpath("//a/@href"))
        one.links = [urldefrag(href)[0] for href in hrefs if href and not is_no_page(href)]
    return one


def local(href, address):
    """A link's address on this site, fragment kept, or "" for one that leaves it."""
    joined = urljoin(f"http://testserver{address}", href)
    parts = urlsplit(joined)
    if parts.scheme not in ("http", "https") or parts.netloc != "testserver":
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path + (f"#{parts.fragment}" if parts.fragment else "")


def is_no_page(href):
    return href.startswith(NOT_PAGES)


def kind_of(address, models):
    """The type of an address: page model or name of the route, and names of its parameters."""
    parts = urlsplit(address)
    names = "&".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    return _named(parts.path, models) + (f"?{names}" if names else "")


def _named(path, models):
    if path in models:
        return models[path]
    try:
        name = resolve(path).view_name
    except Resolver404:
        return "nowhere"
    # Below a page: what the page itself routes, called by its last part.
    return name if name != "wagtail_serve" else f"below a page: {path.rstrip('/').split('/')[-1]}"


def _models():
    """{path: model name} of all live pages, in one query (`url_path` starts with the root)."""
    rows = Page.objects.live().values_list("url_path", "content_type__model", "depth")
    root = next((url_path for url_path, _, depth in rows if depth == 2), "/")
    return {"/" + url_path.removeprefix(root): model for url_path, model, _ in rows}


def telling(pages):
    """As few of the pages as use every class name that any of them uses, largest first.

    What has a look of its own (a suspended article, an empty list, a notice) has a class of its
    own, so these pages show every state the site's content has.
    """
    left = [page for page in pages if page.tree is not None]
    missing = set().union(*(page.classes for page in left))
    chosen = []
    while missing:
        best = max(left, key=lambda page: (len(page.classes & missing), -len(page.path)))
        chosen.append(best)
        missing -= best.classes
    return chosen


def public_routes():
    """Names of all addresses but Wagtail's own and the admin's, by the site's own URL tables."""
    names = set()
    for pattern in get_resolver().url_patterns:
        namespace = getattr(pattern, "namespace", None)
        if namespace and namespace not in ("wagtailadmin", "djdt"):
            names |= {f"{namespace}:{entry.name}" for entry in pattern.url_patterns}
    return names


def page_models():
    """Names of the models of public pages that can be made."""
    from villages.models.public import PublicPage

    return {
        model._meta.model_name
        for model in Page.__subclasses__() + _below(PublicPage)
        if issubclass(model, PublicPage) and not model._meta.abstract and model.is_creatable
    }


def _below(model):
    direct = model.__subclasses__()
    return direct + [lower for one in direct for lower in _below(one)]


def fragment_of(href):
    return re.sub(r"^[^#]*#?", "", href)
