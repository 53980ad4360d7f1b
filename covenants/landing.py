"""Lands many new rules in few statements: pages, revisions, log, editions, originals.

For rules that their place does not have yet; what one page costs by Wagtail's own way is spent
here on fifty. The pages end up as `new_rule`, `save_revision` and `publish` would have left them.
"""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, get_default_page_content_type

from covenants import adoption
from covenants.models import RuleSource
from villages.planting import plant_below

_DERIVED = ["path", "depth", "numchild", "content_type", "slug", "locale", "translation_key"]


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


def _checked_rows(page, publish) -> list[dict]:
    page.clean_fields(exclude=_DERIVED)
    if page.effective_from and page.adopted_on and page.effective_from < page.adopted_on:
        page.clean()
    if not publish:
        return []
    names = ("title", "preamble", "body", "closing", "adopted_on", "effective_from")
    if faults := adoption.obstacles(None, **{name: getattr(page, name) for name in names}):
        raise ValidationError(faults)
    return adoption.provision_rows(page.body)


def _refuse_twins(found) -> None:
    """One rule of a kind per place, as `RulePage.save` holds it."""
    for place, page, _source in found:
        if page.twins(place.path).exists():
            raise IntegrityError(f"{place.pk} has its {page.kind} already")


def _note_revisions(pages, publish, by) -> None:
    now, page_type = timezone.now(), get_default_page_content_type()
    revisions = [
        Revision(
            content_type=page.cached_content_type,
            base_content_type=page_type,
            object_id=str(page.pk),
            created_at=now,
            user=by,
            object_str=str(page),
            content=page.serializable_data(),
        )
        for page in pages
    ]
    Revision.objects.bulk_create(revisions)
    entries = []
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision = revision
        page.latest_revision_created_at = now
        page.live_revision = revision if publish else None
        common = {
            "page": page,
            "content_type": page.cached_content_type,
            "label": page.title,
            "user": by,
            "timestamp": now,
        }
        entries.append(PageLogEntry(action="wagtail.create", content_changed=True, **common))
        if publish:
            entries.append(PageLogEntry(action="wagtail.publish", revision=revision, **common))
        else:
            entries.append(
                PageLogEntry(
                    action="wagtail.edit", revision=revision, content_changed=True, **common
                )
            )
    plain = [
        Page(
            pk=page.pk,
            latest_revision_id=page.latest_revision_id,
            live_revision_id=page.live_revision_id,
            latest_revision_created_at=now,
        )
        for page in pages
    ]
    fields = ["latest_revision", "live_revision", "latest_revision_created_at"]
    Page.objects.bulk_update(plain, fields)
    PageLogEntry.objects.bulk_create(entries)
