"""The five kinds of rules of 一约四会, their names and addresses."""

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
SLUGS = {COVENANT: "covenant"} | {kind: f"{kind}-charter" for kind in COUNCILS}


def kind_name(kind: str, *, community: bool = False):
    """村规民约 / 居民公约, or the council's name."""
    if kind == COVENANT:
        return _("居民公约") if community else _("村规民约")
    return (COMMUNITY_COUNCILS if community else COUNCILS)[kind]
