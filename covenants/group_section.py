"""A group's covenant on a day, its own or its village's, and where the two differ."""

from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.adoption import shown_of
from covenants.followed import following_values
from covenants.limit_table import limits_apart
from covenants.models import CovenantPage, Edition
from covenants.models.following import Following
from covenants.reading import span_text
from villages.models.public import STEP
from villages.visibility import shown


def group_values(group, hidden, on, own, editions) -> dict:
    """Values of the rules' section that only a group has; at most twelve queries.

    `own`: its covenant's page, where it has one that is shown, `editions` all of that; `on`: the
    day asked for, None for today. Keys: held (`followed.Held` or None), nothing (a sentence,
    where neither held on the day asked for), beside (`beside_village` or None), history.
    """
    held = following_values(group, hidden, on)
    day = on or timezone.localdate()
    edition = next((e for e in reversed(editions) if e.in_force(day)), None)
    nothing = ""
    if on and not held and not edition:
        nothing = _("这一天本组没有登记自己的规约，也没有登记沿用村里的规约。")
    return {
        "held": held,
        "nothing": nothing,
        "beside": beside_village(group, hidden, on, own, edition) if edition else None,
        "history": _history(group, own, editions),
    }


def beside_village(group, hidden, on, own, edition) -> dict | None:
    """A group's own covenant beside its village's: {"own", "covenant", "edition", "rows", "query"}.

    None where the village has none that readers may see on that day. `own` and `covenant` are
    pages, `edition` is the village's, `rows` of `limits_apart`: the group's first.
    """
    village = group.path[:-STEP]
    pages = CovenantPage.objects.filter(path__startswith=village, depth=len(village) // STEP + 1)
    covenant = shown(pages, hidden).defer("body").first()
    if covenant is None:
        return None
    day = on or timezone.localdate()
    in_force = Edition.objects.filter(page_id=covenant.pk).in_force(day).order_by("number")
    theirs = shown_of(in_force)
    if theirs is None:
        return None
    return {
        "own": own,
        "covenant": covenant,
        "edition": theirs,
        "rows": limits_apart(edition, theirs, day),
        "query": f"?on={on.isoformat()}" if on else "",
    }


def _history(group, own, editions) -> list[dict]:
    """[{"span", "what", "day"}] of all that held in the group or will, newest first.

    `day` is the first on which it held: what the link to it asks for.
    """
    rows = [(edition, _("自己的规约，第%d版") % edition.number) for edition in editions if own]
    followings = Following.objects.approved().filter(group=group.pk)
    rows += [(following, _("沿用村里的规约")) for following in followings]
    held = [(row, what) for row, what in rows if row.ended_on != row.effective_from]
    held.sort(key=lambda pair: pair[0].effective_from, reverse=True)
    return [{"span": span_text(row), "what": what, "day": row.effective_from} for row, what in held]
