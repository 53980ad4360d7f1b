"""Puts a page's recordings and its versions in other languages on it."""

from django import template

register = template.Library()


def _is_preview(context):
    return getattr(context.get("request"), "is_preview", False)


@register.inclusion_tag("components/recordings.html", takes_context=True)
def recordings(context):
    """Recordings of the text shown; those of another text are only named, not offered."""
    page, edition = context["page"], context.get("edition")
    if _is_preview(context):
        rows = [(row, True) for row in page.recordings.all()]
    else:
        found = page.shown_recordings.select_related("document")
        rows = [(row, row.fits(page, edition)) for row in found]
    return {
        "page": page,
        "fitting": [row for row, fits in rows if fits],
        "others": [row for row, fits in rows if not fits],
        "editions": {row["edition"].number: row["edition"] for row in context.get("rows", ())},
    }


@register.inclusion_tag("components/other_languages.html", takes_context=True)
def other_languages(context):
    """The line of languages the page can be had in."""
    page = context["page"]
    if _is_preview(context):
        return {"versions": []}
    versions = page.shown_languages.select_related("language")
    return {"versions": [(version, page.language_url(version)) for version in versions]}


@register.simple_tag(takes_context=True)
def version_fits(context):
    """Whether the version in another language gives the Chinese text shown today."""
    return context["version"].fits(context["page"], context.get("edition"))
