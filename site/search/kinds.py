"""The kinds of things a resident can find, and what they are called."""

from django.utils.translation import gettext_lazy as _

KIND_LABELS = {
    "covenant": _("村规民约（居民公约）"),
    "deliberation": _("村民议事会"),
    "ceremonies": _("红白理事会"),
    "ethics": _("道德评议会"),
    "prevention": _("禁毒禁赌会"),
    "consultation": _("协商记录"),
    "household": _("示范户"),
    "feature": _("典型案例"),
    "place": _("地方"),
}
