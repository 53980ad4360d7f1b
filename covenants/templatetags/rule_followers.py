"""Tells on a village's covenant which groups follow it."""

from django import template

from covenants.followed import followers
from covenants.kinds import COVENANT

register = template.Library()


@register.inclusion_tag("components/followers.html", takes_context=True)
def rule_followers(context):
    """How many groups follow the covenant on the day read, and which; nothing for other rules."""
    page = context["page"]
    shown = page.kind == COVENANT and not context.get("is_draft")
    return {"groups": followers(page, context.get("on")) if shown else []}
