"""A group's covenant on a day, its own or its village's, and where the two differ."""

from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.adoption import shown_of
from covenants.followed import held_of
from covenants.limit_table import limits_apart
from covenants.models.following import Following
from covenants.reading import span_text


def group_values(group, on, own, above, editions) -> dict:
    """Values of the rules' section that only a group has; at most four queries.

    `own`, `above`: the pages of its own and of its village's covenant, None where readers may see
    none; `editions`: {page pk: all of theirs, by number}; `on`: the day asked for, None for today.
    Keys: held (`followed.Held` or None), nothing (a sentence, where neither held on the day asked
    for), beside (`beside_village` or None), history.
    """
    day = on or timezone.localdate()
    followings = list(Following.objects.approved().filter(group=group.pk))
    standing = [row for row in followings if row.in_force(day)]
    held = held_of(standing, [above] if above else [], editions, on).get(group.pk)
    own_editions = editions.get(own.pk, []) if own else []
    edition = _in_force(own_editions, day)
    nothing = ""
    if on and not held and not edition:
        nothing = _("这一天本组没有登记自己的规约，也没有登记沿用村里的规约。")
    beside = beside_village(own, edition, above, editions.get(above.pk, []), on) if above else None
    return {
        "held": held,
        "nothing": nothing,
        "beside": beside,
        "history": _history(own_editions, followings),
    }


def beside_village(own, edition, covenant, editions, on) -> dict | None:
    """A group's own covenant beside its village's: {"own", "covenant", "edition", "rows", "query"}.

    None where one of them is not in force on that day. `own` and `covenant` are the pages,
    `edition` is the group's, in what is returned the village's; `rows` of `limits_apart`: the
    group's first.
    """
    day = on or timezone.localdate()
    theirs = _in_force(editions, day)
    if edition is None or theirs is None:
        return None
    return {
        "own": own,
        "covenant": covenant,
        "edition": theirs,
        "rows": limits_apart(edition, theirs, day),
        "query": f"?on={on.isoformat()}" if on else "",
    }


def _in_force(editions, day):
    return shown_of([edition for edition in editions if edition.in_force(day)])


def _history(editions, followings) -> list[dict]:
    """[{"span", "what", "day"}] of all that held in the group or will, newest first.

    `day` is the first on which it held: what the link to it asks for.
    """
    rows = [(edition, _("自己的规约，第%d版") % edition.number) for edition in editions]
    rows += [(following, _("沿用村里的规约")) for following in followings]
    held = [(row, what) for row, what in rows if row.ended_on != row.effective_from]
    held.sort(key=lambda pair: pair[0].effective_from, reverse=True)
    return [{"span": span_text(row), "what": what, "day": row.effective_from} for row, what in held]
