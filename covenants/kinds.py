"""The five kinds of rules of 一约四会, their names and addresses."""

import re

from django.utils.translation import gettext_lazy as _

COVENANT = "covenant"
COUNCILS = {
    "deliberation": _("村民议事会"),
    "ceremonies": _("红白理事会"),
    "ethics": _("道德评议会"),
    "prevention": _("禁毒禁赌会"),
}
COMMUNITY_COUNCILS = {**COUNCILS, "deliberation": _("居民议事会")}
KINDS = [COVENANT, *COUNCILS]
_KINDS = (
    ("ceremonies", re.compile(r"红白理?事?会?|婚丧|移风易俗理事")),
    ("deliberation", re.compile(r"议事会")),
    ("ethics", re.compile(r"道德评议|评议会")),
    ("prevention", re.compile(r"禁毒|禁赌")),
    (COVENANT, re.compile(r"村规民约|居民公约|乡规民约|村民公约|组规民约|民约|公约|村规|组规")),
)
SLUGS = {COVENANT: "covenant"} | {kind: f"{kind}-charter" for kind in COUNCILS}


def kind_name(kind: str, *, community: bool = False):
    """村规民约 / 居民公约, or the council's name."""
    if kind == COVENANT:
        return _("居民公约") if community else _("村规民约")
    return (COMMUNITY_COUNCILS if community else COUNCILS)[kind]


def rule_name(kind: str, *, community: bool = False) -> str:
    """村规民约 / 红白理事会章程."""
    name = kind_name(kind, community=community)
    return str(name) if kind == COVENANT else _("%s章程") % name


def kinds_in(text: str) -> list[str]:
    """The kinds of rules that a text names, each once."""
    return [kind for kind, pattern in _KINDS if pattern.search(text)]


def kind_in(title: str) -> str:
    """The one kind that a title names, or empty: none or several are no answer."""
    found = kinds_in(title)
    return found[0] if len(found) == 1 else ""
