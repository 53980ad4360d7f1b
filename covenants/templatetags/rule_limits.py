"""Puts the table of confirmed limits on a rule's page."""

from django import template

from covenants.limit_table import limit_rows

register = template.Library()


@register.inclusion_tag("components/limit_table.html", takes_context=True)
def limit_table(context):
    """The table of the edition shown; nothing for a draft or an edition without limits."""
    edition = context.get("edition")
    if not edition or not edition.pk:
        return {"rows": [], "further": []}
    provisions = [row for chapter in context["chapters"] for row in chapter["provisions"]]
    rows = limit_rows(edition, provisions)
    return {
        "rows": [row for row in rows if not row["clause"]],
        "further": [row for row in rows if row["clause"]],
        "on": context.get("on"),
    }
