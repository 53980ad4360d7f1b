"""A file that a village hands in unsplit: the township splits it, the village confirms (代录).

Who did what for whom stands in the log of the village's page.
"""

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from covenants.desk.work import name_of
from covenants.models import RuleSource
from editorial.review import holds_review_right
from villages.models import AreaPage

# What a township can open even where the site cannot.
ACCEPTED = (".docx", ".txt", ".md", ".doc", ".wps", ".rtf", ".pdf", ".jpg", ".jpeg", ".png")
LISTED = 100


def hand_in(source: RuleSource, user, note: str) -> None:
    """Ask the township to split a file just uploaded."""
    source.stage, source.note = RuleSource.ASKED, note[:200]
    source.save(update_fields=["stage", "note"])
    _log(source, "covenants.hand_in", user)


def acts_for_village(user, source: RuleSource) -> bool:
    """Whether a user speaks for the village: whoever handed the file in, or its own editors."""
    return source.uploaded_by_id == user.pk or not holds_review_right(user, source.area)


def may_call_split(user, source: RuleSource) -> bool:
    """Whether a user may hand the split text back to the village."""
    return source.stage == RuleSource.ASKED and not acts_for_village(user, source)


def call_split(source: RuleSource, user) -> bool:
    """The township is done and the village is asked to confirm; False when that came before."""
    with transaction.atomic():
        locked = RuleSource.objects.select_for_update().get(pk=source.pk)
        if not may_call_split(user, locked):
            return False
        locked.stage, locked.split_by = RuleSource.SPLIT, user
        # The village goes on without having to take over.
        locked.worker = None
        locked.desk_version += 1
        locked.save(update_fields=["stage", "split_by", "worker", "desk_version"])
        _log(locked, "covenants.split_for", user)
    return True


def obstacle(user, source: RuleSource) -> str:
    """Why a user may not make the draft of a handed-in text yet; empty when they may."""
    if source.stage in (RuleSource.ASKED, RuleSource.SPLIT) and not acts_for_village(user, source):
        return _("这是村里请镇上分条的文本：分好后交村里确认，由村里存草稿、送审。")
    return ""


def confirm(source: RuleSource, user) -> None:
    """The village takes what the township split as its own; in the caller's transaction."""
    if source.stage != RuleSource.SPLIT:
        return
    source.stage = RuleSource.CONFIRMED
    source.save(update_fields=["stage"])
    _log(source, "covenants.confirm", user)


def writers(source: RuleSource) -> set:
    """Users whose work stands in the text, whoever saves and submits it in the end (代录)."""
    known = {source.uploaded_by, source.split_by, *source.hands.all()}
    return known - {None}


def places_of(user):
    """The ids of the places whose originals a user may see, as a query."""
    policy = policy_registry.get_by_type(AreaPage)
    places = policy.instances_user_has_any_permission_for(user, {"add", "publish"})
    return AreaPage.objects.filter(pk__in=places.order_by().values("pk")).values("pk")


def waiting_for(user):
    """Handed-in originals that a user may see, the oldest first.

    A file of several documents waits until each of them was taken on.
    """
    return (
        RuleSource.objects.filter(
            stage__in=(RuleSource.ASKED, RuleSource.SPLIT), page=None, area__in=places_of(user)
        )
        .annotate(taken_on=Count("taken"))
        .exclude(parts__gt=0, taken_on__gte=F("parts"))
        .select_related("area", "uploaded_by", "worker", "split_by")
        .order_by("uploaded_at")[:LISTED]
    )


def _log(source, action, user):
    log(
        instance=source.area.specific,
        action=action,
        user=user,
        data={
            "file": source.name,
            "source": str(source.pk),
            "for": name_of(source.uploaded_by),
            "by": name_of(source.split_by),
        },
    )
