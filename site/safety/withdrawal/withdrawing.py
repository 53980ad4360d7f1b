"""The steps themselves: a page withdrawn with all that was made of it; the copies of a page purged.

Who may do it is asked before (`editorial.review.may_withdraw`). Everything in the database happens
in one transaction; files and index follow (`erasing`), however often it takes.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry, ReferenceIndex, TaskState

from ..models import Erasure, Withdrawal, WithdrawnMark
from ..models.withdrawal import REASON_MOST
from ..personal_data import RED, masked_text, scan
from ..written import is_written
from . import addresses, erasing, registry, texts, wagtail_rows
from .registry import Purged

LOG_ACTION = "safety.withdraw"


class WithdrawalRefused(ValidationError):
    """A page that cannot be withdrawn so; the message says why and what to do."""


class PageWithdrawn(ValidationError):
    """Something tries to save a page that is no longer there."""


def withdraw(
    page: Page,
    *,
    reason: str,
    by=None,
    by_name: str = "",
    thorough: bool = True,
    same_as: Withdrawal | None = None,
) -> Withdrawal:
    """Withdraw a page and its aliases; the row says what was cleared. Raises WithdrawalRefused.

    Not `thorough`: a person waits; what takes long outside the database is left to `manage.py
    work`. `same_as`: an unsaved row from the list outside the database, applied once more.
    """
    reason = reason if same_as else checked_reason(reason)
    refuse_unfit(page)
    with transaction.atomic():
        pages = _locked_family(page)
        row = same_as or Withdrawal(reason=reason, by=by, by_name=by_name or _name_of(by))
        row.page_key, row.page_id = pages[0].translation_key, pages[0].pk
        row.model, row.place = pages[0].specific_class._meta.label, pages[0].get_parent()
        marks = _marks_of(pages)
        done = _take_away(pages, marks)
        row.cleared = done.counts
        row.save(force_insert=True)
        note_marks(row, marks)
        _log(row, pages)
        erasure = Erasure.objects.create(withdrawal=row, files=[list(one) for one in done.files])
        transaction.on_commit(lambda: erasing.carry_out(erasure, thorough=thorough), robust=True)
    row.refresh_from_db()
    return row


def checked_reason(reason: str) -> str:
    """The reason as it is kept. Raises WithdrawalRefused for none, and for personal data."""
    reason = " ".join(reason.split())
    if not is_written(reason):
        raise WithdrawalRefused(_("请写明撤下的理由，如：本人要求删除。"))
    if len(reason) > REASON_MOST:
        raise WithdrawalRefused(_("理由请写在 %d 个字以内。") % REASON_MOST)
    found = [one for one in scan(reason) if one.level == RED]
    if found:
        raise WithdrawalRefused(
            _("理由会长期保存，请不要写号码、门牌这类个人信息，可改为“%s”。")
            % masked_text(reason, found)
        )
    return reason


def refuse_unfit(page: Page) -> None:
    """Raises WithdrawalRefused for pages that hold no text of their own, or pages below them."""
    if not addresses.may_be_withdrawn(page):
        raise WithdrawalRefused(
            _("这是地方或栏目的页面，不能撤下。请分别撤下里面的规约、协商记录、示范户或案例。")
        )
    if page.get_children().exists():
        raise WithdrawalRefused(_("这一页下面还有别的页面，请先撤下它们。"))


def _locked_family(page: Page) -> list[Page]:
    """The page (or what it is an alias of) and its aliases, locked and fresh.

    Its reviews are locked before, in the order of whoever saves or approves.
    """
    source = page.alias_of_id or page.pk
    reviews = TaskState.objects.for_instance(page.alias_of or page)
    list(reviews.select_for_update(of=("self",)).order_by("pk").values("pk"))
    rows = Page.objects.select_for_update().filter(models.Q(pk=source) | models.Q(alias_of=source))
    pages = sorted(rows, key=lambda one: one.pk != source)
    if page.pk not in {one.pk for one in pages}:
        raise WithdrawalRefused(_("这一页刚刚已经撤下或删除了。"))
    for one in pages:
        refuse_unfit(one)
    return pages


def _marks_of(pages) -> dict[str, set[str]]:
    found = {addresses.digest(path) for path in addresses.addresses_of(pages)}
    return {
        WithdrawnMark.ADDRESS: found,
        WithdrawnMark.TEXT: {one for page in pages for one in texts.text_digests_of(page.specific)},
        WithdrawnMark.FILE: registry.file_digests(pages),
    }


def note_marks(row: Withdrawal, marks: dict[str, Iterable[str]]) -> None:
    WithdrawnMark.objects.bulk_create(
        WithdrawnMark(withdrawal=row, kind=kind, digest=digest)
        for kind, digests in marks.items()
        for digest in sorted(digests)
    )


def _take_away(pages, marks) -> Purged:
    """Everything of the pages, out of the database."""
    media = wagtail_rows.only_theirs(pages, wagtail_rows.media_of(pages))
    marks[WithdrawnMark.ADDRESS] |= {addresses.digest(path) for path in _media_paths(media)}
    tags = wagtail_rows.tags_of(pages)
    done = registry.purge_all(pages)
    done.take(_cascade(pages))
    for page in reversed(pages):
        specific = page.specific
        ReferenceIndex.remove_for_object(specific)
        ReferenceIndex.remove_references_to(specific)
        with registry.left_alone():
            specific.delete()
    # Deleting writes the title to the log.
    wagtail_rows.purge_logs(pages)
    done.take(wagtail_rows.delete_media(media))
    done.take(wagtail_rows.purge_unused_tags(tags))
    return done


def _media_paths(media) -> Iterable[str]:
    for one in media:
        # The files' own are asked for by `sweeping`: they may come back with a backup.
        yield one.file.url
        if hasattr(one, "renditions"):
            yield from (row.file.url for row in one.renditions.all())
        else:
            yield one.url


def _cascade(pages) -> Purged:
    """How many rows of which model go with the pages, and the files these rows keep."""
    done, collector = Purged(), Collector(using=router.db_for_write(Page), origin=pages)
    for page in pages:
        collector.collect([page.specific])
    gone = [(model, list(rows)) for model, rows in collector.data.items()]
    gone += [(rows.model, list(rows)) for rows in collector.fast_deletes]
    done.add("pages", len(pages))
    for model, rows in gone:
        if issubclass(model, Page):
            continue
        done.add(model._meta.model_name, len(rows))
        done.files += [file for row in rows for file in registry.files_of(row)]
    return done


def _log(row: Withdrawal, pages) -> None:
    """One entry for the page that is gone, one at the place it stood in, where people look."""
    data = {"reason": row.reason, "withdrawal": row.name, "by": row.by_name}
    place = row.place
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page_id=pk,
            content_type=kind,
            label=label,
            action=LOG_ACTION,
            user=row.by,
            timestamp=timezone.now(),
            data=data,
            deleted=deleted,
            content_changed=True,
        )
        for pk, kind, label, deleted in (
            (pages[0].pk, pages[0].content_type, wagtail_rows.NO_LABEL, True),
            (place.pk, place.content_type, place.title, False),
        )
    )


def _name_of(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


@transaction.atomic
def purge_copies(
    page: Page, *, words: Iterable[str] = (), thorough: bool = False
) -> dict[str, int]:
    """Take away every copy of a page's former texts; the page stays as its row now stands.

    For a text of which words were made unreadable: save the page (and its editions) first. Gone are
    revisions (a new one is made of the row), reviews and comments, forms in editing, originals of
    uploads and what batches hold of them, pictures and documents that only former texts used, and
    log entries with one of `words` (all without). Index, files and the free pages of the database
    follow after the commit. Drafts not yet published are lost. Returns {kind: number}. Raises
    PageWithdrawn.
    """
    refuse_gone(page)
    locked = Page.objects.select_for_update().get(pk=page.pk)
    pages, specific = [locked], locked.specific
    former = wagtail_rows.media_of(pages)
    present = wagtail_rows.references_of(specific)
    media = {model: keys - present.get(model, set()) for model, keys in former.items()}
    media = wagtail_rows.only_theirs(pages, media)
    done = registry.purge_all(pages, occasion=registry.COPIES)
    done.take(wagtail_rows.purge_logs(pages, words))
    specific = type(specific).objects.get(pk=page.pk)
    revision = specific.save_revision(changed=False, clean=False)
    Page.objects.filter(pk=page.pk).update(
        live_revision=revision if specific.live else None,
        has_unpublished_changes=not specific.live,
        draft_title=specific.title,
    )
    done.take(wagtail_rows.delete_media(media))
    erasure = Erasure.objects.create(files=[list(one) for one in done.files])
    transaction.on_commit(lambda: erasing.carry_out(erasure, thorough=thorough), robust=True)
    return done.counts


def refuse_gone(page) -> None:
    """Raises PageWithdrawn for a page read before it was withdrawn or deleted and saved after.

    In the transaction that saves: saving would bring the row back.
    """
    if page._state.adding or not page.pk:
        return
    if not Page.objects.select_for_update(no_key=True).filter(pk=page.pk).exists():
        raise PageWithdrawn(_("这一页已经撤下或删除，没有保存。"))


def refuse_form_of_gone(sender, instance, raw=False, **kwargs) -> None:
    """Receiver of `pre_save` of what the editor sends for its preview."""
    model = instance.content_type.model_class()
    if raw or not instance.object_id or model is None or not issubclass(model, Page):
        return
    if not Page.objects.filter(pk=instance.object_id).exists():
        raise PageWithdrawn(_("这一页已经撤下或删除，没有保存。"))


def refuse_revision_of_gone(sender, instance, raw=False, **kwargs) -> None:
    """Receiver of a revision's `pre_save`: the same for drafts saved by themselves."""
    if raw or instance.base_content_type != wagtail_rows.get_default_page_content_type():
        return
    if not Page.objects.filter(pk=instance.object_id).exists():
        raise PageWithdrawn(_("这一页已经撤下或删除，没有保存。"))
