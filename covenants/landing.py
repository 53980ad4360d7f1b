"""Lands imported rules in few statements: pages, revisions, log, editions, originals.

What one new page costs by Wagtail's own way is spent here on fifty. The pages end up as `new_rule`,
`save_revision` and `publish` would have left them.
"""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, get_default_page_content_type

from covenants import adoption
from covenants.models import RuleSource
from safety.findings import refuse_personal_data
from search import outbox
from villages.planting import plant_below

TEXT_FIELDS = (
    "title",
    "preamble",
    "body",
    "closing",
    "change_summary",
    "adopted_on",
    "adopted_precision",
    "adopted_by",
    "votes_for",
    "votes_against",
    "votes_abstain",
    "effective_from",
    "filing_number",
    "filed_on",
)
"""What a new text sets on the page of a rule."""

_DERIVED = ["path", "depth", "numchild", "content_type", "slug", "locale", "translation_key"]
_REVISION_FIELDS = ["latest_revision", "live_revision", "latest_revision_created_at"]


def plant_rules(found, *, publish: bool, by=None) -> None:
    """Put unsaved rule pages below their places in the caller's transaction.

    `found`: (place, page, its `RuleSource` not yet saved, or None). Raises ValidationError for
    the first page that is not fit, IntegrityError when a neighbour came in between; the caller
    rolls back.
    """
    families, texts = defaultdict(list), []
    for place, page, _source in found:
        families[place].append(page)
        rows = _checked_rows(page, publish)
        texts.append((page, rows))
    _refuse_twins(found)
    with transaction.atomic():
        plant_below(list(families.items()), live=publish)
        _note_revisions([page for _place, page, _source in found], publish, by)
        if publish:
            adoption.adopt_first(texts, by=by)
        sources = []
        for _place, page, source in found:
            if source:
                source.page = page
                sources.append(source)
        RuleSource.objects.bulk_create(sources)


def publish_next(page, by=None, *, only_text=False) -> None:
    """Publish a rule page with a new text in one save: `save_revision` and `publish` save thrice.

    In the caller's transaction; saving makes the edition. `only_text`: the page is public, nothing
    was pending on it, and it differs in `TEXT_FIELDS` alone; then no more than these is checked
    and written. Raises ValidationError.
    """
    if only_text:
        _check(page, [field.name for field in page._meta.fields if field.name not in TEXT_FIELDS])
    else:
        page.full_clean()
    now = timezone.now()
    revision = _revision(page, by, now)
    revision.save()
    page.latest_revision = page.live_revision = revision
    page.latest_revision_created_at = page.last_published_at = now
    page.first_published_at = page.first_published_at or now
    page.draft_title = page.title
    page.live, page.has_unpublished_changes, page.expired = True, False, False
    if only_text:
        refuse_personal_data(page, TEXT_FIELDS)
        _write_text(page)
        adoption.adopt(page, by=by, importing=True)
    else:
        page.save(clean=False, importing=True)
    PageLogEntry.objects.bulk_create(_log_entries(page, revision, ["edit", "publish"], by, now))


def _write_text(page) -> None:
    """What `save` would write of a new text and note for the index; its address, tags, pictures and
    references are as before.
    """
    names = (*TEXT_FIELDS, "draft_title", *_REVISION_FIELDS, "last_published_at")
    type(page).objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in names})
    outbox.touch(Page, [page.pk])


def as_it_was(page) -> dict:
    """What restores a rule page to its present state after a next edition was taken back.

    A page that never had a revision (planted by a bulk path) gets one of its present text.
    """
    if page.latest_revision_id is None:
        page.save_revision(changed=False, clean=False)
        if page.live:
            page.live_revision = page.latest_revision
            page.save(update_fields=["live_revision"], clean=False)
    latest = page.editions.order_by("-number").first()
    ended_on = latest.ended_on.isoformat() if latest and latest.ended_on else None
    return {
        "latest_revision": page.latest_revision_id,
        "live": page.live,
        "has_unpublished_changes": page.has_unpublished_changes,
        "edition": latest.pk if latest else None,
        "ended_on": ended_on,
        "ended_reason": latest.ended_reason if latest else "",
    }


def _check(page, left_out) -> None:
    """Check all fields but those `left_out`, and the dates. Raises ValidationError."""
    page.clean_fields(exclude=left_out)
    if page.effective_from and page.adopted_on and page.effective_from < page.adopted_on:
        page.clean()


def _checked_rows(page, publish) -> list[dict]:
    _check(page, _DERIVED)
    if not publish:
        return []
    known = {name: getattr(page, name) for name in adoption.ADOPTED_VALUES}
    if faults := adoption.obstacles(None, **known):
        raise ValidationError(faults)
    return adoption.provision_rows(page.body)


def _refuse_twins(found) -> None:
    """One rule of a kind per place, as `RulePage.save` holds it."""
    for place, page, _source in found:
        if page.twins(place.path).exists():
            raise IntegrityError(f"{place.pk} has its {page.kind} already")


def _note_revisions(pages, publish, by) -> None:
    now = timezone.now()
    revisions = [_revision(page, by, now) for page in pages]
    Revision.objects.bulk_create(revisions)
    plain, entries = [], []
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision = revision
        page.latest_revision_created_at = now
        page.live_revision = revision if publish else None
        plain.append(
            Page(
                pk=page.pk,
                latest_revision_id=revision.pk,
                live_revision_id=page.live_revision_id,
                latest_revision_created_at=now,
            )
        )
        entries += _log_entries(
            page, revision, ["create", "publish" if publish else "edit"], by, now
        )
    Page.objects.bulk_update(plain, _REVISION_FIELDS)
    PageLogEntry.objects.bulk_create(entries)


def _revision(page, by, now) -> Revision:
    return Revision(
        content_type=page.cached_content_type,
        base_content_type=get_default_page_content_type(),
        object_id=str(page.pk),
        created_at=now,
        user=by,
        object_str=str(page),
        content=page.serializable_data(),
    )


def _log_entries(page, revision, actions, by, now) -> list[PageLogEntry]:
    return [
        PageLogEntry(
            action=f"wagtail.{action}",
            page=page,
            content_type=page.cached_content_type,
            label=page.title,
            user=by,
            timestamp=now,
            revision=None if action == "create" else revision,
            content_changed=action != "publish",
        )
        for action in actions
    ]
