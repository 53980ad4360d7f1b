"""What the templates of the workflow's tasks ask for."""

from django import template

from editorial import procedures

register = template.Library()


@register.simple_tag
def clauses_of(page):
    """The parts of a page's newest text that a remark can be about."""
    return procedures.clauses(page)
