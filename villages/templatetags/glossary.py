"""Explains words on reading pages: `{% explain text %}` where they stand, notes at the end.

The page's context holds the `PageGlossary` as `glossary`; without one texts are only escaped.
"""

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe
from wagtail.rich_text import expand_db_html

register = template.Library()


@register.simple_tag(takes_context=True)
def explain(context, text):
    """A plain text as HTML, its unknown words marked."""
    glossary = context.get("glossary")
    # Both escape all that is not their own markup.
    return mark_safe(glossary.mark(str(text or ""))) if glossary else escape(text or "")  # noqa: S308


@register.simple_tag(takes_context=True)
def explain_rich(context, value):
    """Rich text, sanitised when it was stored, its unknown words marked."""
    html = expand_db_html(getattr(value, "source", value) or "")
    glossary = context.get("glossary")
    return mark_safe(glossary.mark_html(html) if glossary else html)  # noqa: S308


@register.inclusion_tag("components/glossary_notes.html", takes_context=True)
def glossary_notes(context):
    """The notes on the words marked so far: stands after the last text."""
    glossary = context.get("glossary")
    return {"entries": glossary.used if glossary else []}
