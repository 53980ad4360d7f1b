"""What an answer means, in one letter.

y  given: shown, listed or done
s  not done, but the text was saved as a draft
n  refused, and said so: whoever asks may know that the thing is there
g  410: here was something, and no word more
p  the form for the page's password, and nothing else
.  the same answer as for a thing that is not there, to the number of queries
,  the same answer, but another number of queries
!  a published page that shows its draft: never in the table
#  a list that tells of the thing without naming it: only for those who may see it
"""

from django.db import transaction

from .asking import Undo, ask
from .world import ROLES

LEAKED, GONE = "!", "g"
ADMIN = "/admin/"
GIVEN, SAVED, REFUSED, PASSWORD, ABSENT, SLOWER, HINTED = "ysnp.,#"


def row(world, thing, door, roles=tuple(ROLES)):
    """{role: (letter, why)} for one row of the table; None where the thing has no such door."""
    ways = door(world, thing)
    if ways is None:
        return None
    judge = _listed if isinstance(ways, list) else _reached
    return judge(world, thing, ways, roles)


def _reached(world, thing, way, roles):
    found = {}
    for role in roles:
        answer = ask(world, role, way.method, way.address, way.data, way.effect)
        if way.hidden and way.hidden in answer.body:
            found[role] = LEAKED, "the draft's title"
        elif answer.done or (way.effect is None and _is_shown(answer)):
            asks_password = "authenticate_with_password" in answer.body
            found[role] = PASSWORD if asks_password else GIVEN, ""
        elif answer.status == 410:
            found[role] = GONE, ""
        elif answer.changed:
            found[role] = SAVED, ""
        else:
            words = (*way.own, *way.other)
            found[role] = _told(answer, _absent(world, role, way), words)
            if found[role][0] == SLOWER:
                # What a process keeps from its first requests is no difference between things.
                again = ask(world, role, way.method, way.address, way.data, way.effect)
                found[role] = _told(again, _absent(world, role, way, anew=True), words)
    return found


def _is_shown(answer):
    """Shown, or led on to another screen of the admin than its first, which tells of refusals."""
    to = dict(answer.headers).get("Location", "")
    return answer.status == 200 or (
        to.startswith(ADMIN) and to != ADMIN and not to.startswith(f"{ADMIN}login/")
    )


def _absent(world, role, way, anew=False):
    """The answer to the same request for nothing; the same nothing is asked for once."""
    asked = world.__dict__.setdefault("absent", {})
    data = way.absent_data or way.data
    key = role, way.method, way.absent, repr(data)
    if anew or key not in asked:
        asked[key] = ask(world, role, way.method, way.absent, data)
    return asked[key]


def _told(answer, nothing, words):
    ours, theirs = answer.shape(*words), nothing.shape(*words)
    if ours == theirs:
        return ABSENT, ""
    why = _difference(ours, theirs)
    return (SLOWER if ours[:3] == theirs[:3] else REFUSED), why


def _listed(world, thing, ways, roles):
    """The thing is in a list, or the list is the same as if it had never been there."""
    answers = {
        role: [ask(world, role, way.method, way.address, way.data) for way in ways]
        for role in roles
    }
    found = {
        role: (GIVEN, "")
        for role, given in answers.items()
        if any(_names(way, answer) for way, answer in zip(ways, given, strict=True))
    }
    try:
        with transaction.atomic():
            _remove(thing)
            for role in [role for role in roles if role not in found]:
                nothing = [ask(world, role, way.method, way.address, way.data) for way in ways]
                ours = [answer.shape() for answer in answers[role]]
                theirs = [answer.shape() for answer in nothing]
                found[role] = _same_list(ours, theirs)
            raise Undo
    except Undo:
        return {role: found[role] for role in roles}


def _same_list(ours, theirs):
    """A list may cost another query for one thing more; nobody can tell which."""
    for one, other in zip(ours, theirs, strict=True):
        if one[:3] != other[:3]:
            return HINTED, _difference(one, other)
    return ABSENT, ""


def _names(way, answer):
    spellings = {way.word, way.word.encode("unicode_escape").decode()}
    return any(word in answer.body for word in spellings)


def _difference(ours, theirs):
    parts = ("status", "headers", "body", "queries")
    return "; ".join(
        f"{part}: {_where(str(one), str(other))}"
        for part, one, other in zip(parts, ours, theirs, strict=True)
        if one != other
    )


def _where(ours, theirs):
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), 0)
    start = max(0, at - 30)
    return f"{ours[start : at + 60]!r} / {theirs[start : at + 60]!r}"


def _remove(thing):
    gone = next(
        getattr(thing, name)
        for name in ("media", "batch", "source", "request", "page")
        if hasattr(thing, name)
    )
    for row in type(gone).objects.filter(pk=gone.pk):
        row.delete()
