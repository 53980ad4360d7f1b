"""Finds the page of the tree that someone names: by number, by address or as other rooms can."""

from wagtail.models import Page

_finders = []


def register_place_finder(finder):
    """Let another room find pages by its own names.

    `finder(text)` returns a page or None; a room above (places with division codes) calls this
    once from its AppConfig.ready().
    """
    if finder not in _finders:
        _finders.append(finder)


def find_place(text):
    """The page that `text` names, or None: another room's name for it, a url path, a page id."""
    for finder in _finders:
        page = finder(text)
        if page is not None:
            return page
    if text.startswith("/"):
        return Page.objects.filter(url_path=f"{text.rstrip('/')}/").first()
    return Page.objects.filter(pk=int(text)).first() if text.isdecimal() else None
