"""Who works on a sheet, and how its changes are kept on the `RuleSource`.

Every change names the version it was made on; a later one on the same version is refused, so that
two people never overwrite each other.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from covenants.desk.sheet import Sheet
from covenants.models import RuleSource


class Stale(Exception):
    """The sheet has changed since; the message says by whom."""


class NotYours(Exception):
    """Somebody else works on the sheet; the message says who and what to do."""


def sheet_of(source: RuleSource) -> Sheet:
    """What lies on the desk for an original; a text nobody has touched is parsed now."""
    if source.desk and (sheet := Sheet.from_dict(source.desk)).text == source.text:
        return sheet
    return Sheet.of_text(source.text)


def name_of(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else _("有人")


def holds(source: RuleSource, user) -> bool:
    """Whether a user may change the sheet now: nobody else works on it."""
    return source.worker_id in (None, user.pk)


def ask(source: RuleSource, user, version: int | None) -> None:
    """Raise NotYours or Stale where a user may not go on from this version."""
    if not holds(source, user):
        raise NotYours(
            _("%(name)s正在处理这份文本，您这一步没有保存。要继续请先“接手”。")
            % {"name": name_of(source.worker)}
        )
    if version is not None and version != source.desk_version:
        raise Stale(
            _("这份文本在别处刚改过（也许是另一个窗口），您这一步没有保存。下面是最新的样子。")
        )


def changed(source: RuleSource, user, version: int | None, change) -> Sheet:
    """Apply `change(sheet)` and keep the sheet, or raise without any effect.

    `version` is what the user's page showed; None does not ask. A long text takes seconds to
    parse, so the change is made before the transaction, which only asks whether another came in
    between. Raises Stale, NotYours and what `change` raises.
    """
    seen = RuleSource.objects.select_related("worker").get(pk=source.pk)
    ask(seen, user, version)
    sheet = sheet_of(seen)
    change(sheet)
    with transaction.atomic():
        locked = RuleSource.objects.select_for_update(of=("self",)).select_related("worker")
        locked = locked.get(pk=source.pk)
        ask(locked, user, seen.desk_version)
        locked.desk, locked.text = sheet.as_dict(), sheet.text
        _keep(locked, user)
        locked.hands.add(user)
    for name in ("desk", "text", "desk_version", "worker_id", "worked_at"):
        setattr(source, name, getattr(locked, name))
    return sheet


def take_over(source: RuleSource, user) -> None:
    """Let another person go on with the sheet; the one before is refused from now on."""
    with transaction.atomic():
        locked = RuleSource.objects.select_for_update().get(pk=source.pk)
        before = locked.worker
        if before == user:
            return
        _keep(locked, user)
        log(
            instance=locked.area.specific,
            action="covenants.take_over",
            user=user,
            data={"file": locked.name, "from": name_of(before)},
        )
    source.refresh_from_db()


def _keep(locked, user):
    locked.worker = user
    locked.worked_at = timezone.now()
    locked.desk_version += 1
    locked.save(update_fields=["desk", "text", "worker", "worked_at", "desk_version"])
