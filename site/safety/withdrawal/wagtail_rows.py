"""What Wagtail itself holds of a page beside the page's row: revisions, workflow, logs, forms.

Also what the page alone used: pictures, documents, tags.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, IntegerField, OuterRef, Q
from django.db.models.functions import Cast
from taggit.models import ItemBase, Tag
from wagtail.admin.models import EditingSession, FormState
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Comment,
    ModelLogEntry,
    Page,
    PageLogEntry,
    ReferenceIndex,
    Revision,
    TaskState,
    WorkflowState,
    get_default_page_content_type,
)

from ..models import Withdrawal
from ..streams import BadStream
from .registry import (
    DELETED,
    WITHDRAWN,
    Purged,
    holds_no_words,
    left_alone,
    register_eraser,
    register_purger,
    register_stored,
)

NO_LABEL = "（已撤下）"
"""Stands in logs where the page's title stood."""
DELETED_LABEL = "（已删除）"
"""The same where it was deleted as usual."""
_NUMBER = re.compile(r"[0-9]+")


def of_pages(pages: Iterable) -> dict:
    """Filter for rows that refer to pages by `base_content_type` and `object_id`."""
    return {
        "base_content_type": get_default_page_content_type(),
        "object_id__in": [str(page.pk) for page in pages],
    }


def purge_revisions(pages) -> Purged:
    """Revisions, the states of reviews with their comments, and comments on the page."""
    done = Purged()
    states = WorkflowState.objects.filter(**of_pages(pages))
    tasks = TaskState.objects.filter(workflow_state__in=states.values("pk"))
    revisions = Revision.objects.filter(**of_pages(pages))
    comments = Comment.objects.filter(page__in=[page.pk for page in pages])
    for kind, rows in (
        ("comments", comments),
        ("review_steps", tasks),
        ("reviews", states),
        ("revisions", revisions),
    ):
        done.add(kind, rows.count())
        rows.delete()
    return done


def purge_late(thorough: bool) -> None:
    """Eraser of what was saved in the instant in which its page went: drafts, forms, the log."""
    if not thorough:
        return
    page = Page.objects.filter(pk=Cast(OuterRef("object_id"), IntegerField()))
    revisions = Revision.objects.filter(base_content_type=get_default_page_content_type())
    revisions.filter(~Exists(page)).delete()
    forms = FormState.objects.filter(content_type__in=_page_types()).exclude(object_id="")
    keys = dict(forms.values_list("pk", "object_id"))
    there = {
        str(pk) for pk in Page.objects.filter(pk__in=keys.values()).values_list("pk", flat=True)
    }
    FormState.objects.filter(pk__in=[pk for pk, key in keys.items() if key not in there]).delete()
    withdrawn = Withdrawal.objects.filter(page_id=OuterRef("page_id"))
    rows = PageLogEntry.objects.filter(Exists(withdrawn)).exclude(label=NO_LABEL)
    rows.exclude(page_id__in=Page.objects.order_by().values("pk")).update(label=NO_LABEL, data={})


def _page_types() -> list[ContentType]:
    models = [model for model in apps.get_models() if issubclass(model, Page)]
    return list(ContentType.objects.get_for_models(*models, for_concrete_models=False).values())


def purge_form_states(pages) -> Purged:
    """What the editor sent without saving, and who has the page open."""
    done = Purged()
    keys = [str(page.pk) for page in pages]
    parents = [str(page.get_parent().pk) for page in pages]
    types = ContentType.objects.get_for_models(
        Page, *{type(page.specific) for page in pages}, for_concrete_models=False
    ).values()
    # The form in which a page was made has no object yet, only the parent.
    begun = Q(object_id="", parent_object_id__in=parents)
    forms = FormState.objects.filter(Q(object_id__in=keys) | begun, content_type__in=types)
    sessions = EditingSession.objects.filter(object_id__in=keys, content_type__in=types)
    done.add("form_states", forms.count() + sessions.count())
    forms.delete()
    sessions.delete()
    return done


def purge_logs(pages, words: Iterable[str] = (), *, label: str = NO_LABEL) -> Purged:
    """The log keeps what happened, when and by whom, without titles and words.

    With `words` only the entries that hold one of them are cleared.
    """
    rows = PageLogEntry.objects.filter(page_id__in=[page.pk for page in pages])
    if words := list(words):
        rows = rows.filter(pk__in=[row.pk for row in rows if _holds(row, words)])
    done = Purged()
    done.add("log_entries", rows.update(label=label, data={}))
    return done


def _holds(row, words) -> bool:
    text = f"{row.label} {json.dumps(row.data, ensure_ascii=False)}"
    return any(word in text for word in words)


def purge_redirects(pages) -> Purged:
    done = Purged()
    urls = [page.get_url() for page in pages]
    rows = Redirect.objects.filter(
        Q(redirect_page__in=[page.pk for page in pages])
        | Q(redirect_link__in=[url for url in urls if url])
    )
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    forget_model_log(Redirect, keys)
    done.add("redirects", len(keys))
    rows.delete()
    return done


def forget_model_log(model, keys: list[str], *, label: str = NO_LABEL) -> None:
    """The log of pictures, documents, redirects keeps what happened, without their titles."""
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    ModelLogEntry.objects.filter(content_type=kind, object_id__in=keys).update(label=label, data={})


def tags_of(pages) -> set[int]:
    """Ids of the tags on the pages; to be asked before the pages are deleted."""
    found: set[int] = set()
    for page in pages:
        for field in type(page.specific)._meta.many_to_many:
            if field.related_model is Tag:
                rows = getattr(page.specific, field.name).through.objects
                found |= set(rows.filter(content_object=page.pk).values_list("tag_id", flat=True))
    return found


def purge_unused_tags(tags: set[int]) -> Purged:
    """Those of some tags that nothing carries any more."""
    done = Purged()
    used: set[int] = set()
    for model in apps.get_models():
        if issubclass(model, ItemBase):
            used |= set(model.objects.filter(tag__in=tags).values_list("tag_id", flat=True))
    unused = Tag.objects.filter(pk__in=tags - used)
    done.add("tags", unused.count())
    unused.delete()
    return done


def media_of(pages) -> dict[type, set[int]]:
    """{model of pictures or documents: ids} that any saved state of the pages uses."""
    found: dict[type, set[int]] = {model: set() for model in media_models()}
    for page in pages:
        for state in (page.specific, *_former_states(page)):
            for model, keys in references_of(state).items():
                found[model] |= keys
    return found


def references_of(state) -> dict[type, set[int]]:
    """{model of pictures or documents: ids} that one state of a page uses."""
    models = {ContentType.objects.get_for_model(m).pk: m for m in media_models()}
    found: dict[type, set[int]] = {}
    for kind, key, *_paths in ReferenceIndex._extract_references_from_object(state):
        if kind in models:
            found.setdefault(models[kind], set()).add(int(key))
    return found


def media_models() -> tuple[type, type]:
    return get_image_model(), get_document_model()


def _former_states(page) -> Iterator:
    """The saved revisions that name the number of a picture or document at all.

    To rebuild one takes many queries; numbers that are anything else only cost time.
    """
    named = {}
    for pk, content in Revision.objects.filter(**of_pages([page])).values_list("pk", "content"):
        named[pk] = set(_NUMBER.findall(json.dumps(content)))
    known = {number for number in set().union(*named.values()) if len(number) < 19}
    media = {
        str(key)
        for model in media_models()
        for key in model.objects.filter(pk__in=known).values_list("pk", flat=True)
    }
    wanted = [pk for pk, numbers in named.items() if numbers & media]
    for revision in Revision.objects.filter(pk__in=wanted).iterator(chunk_size=20):
        # Of one that cannot be opened nobody can say what it used.
        with suppress(BadStream):
            yield revision.as_object()


def only_theirs(pages, media: dict[type, set[int]]) -> list:
    """The pictures and documents among `media` that nothing but the pages uses.

    A second upload of the same file goes with it where nothing uses that.
    """
    own = {str(page.pk) for page in pages}
    found = []
    for model, keys in media.items():
        hashes = model.objects.filter(pk__in=keys).exclude(file_hash="")
        same = model.objects.filter(file_hash__in=hashes.values("file_hash"))
        candidates = {*keys, *same.values_list("pk", flat=True)}
        kept = _used_elsewhere(model, candidates, own) | _in_drafts(model, candidates, own)
        found += model.objects.filter(pk__in=candidates - kept)
    return found


def _used_elsewhere(model, keys: set[int], own: set[str]) -> set[int]:
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id__in=[str(key) for key in keys],
    ).exclude(base_content_type=get_default_page_content_type(), object_id__in=own)
    return {int(key) for key in rows.values_list("to_object_id", flat=True)}


def _in_drafts(model, keys: set[int], own: set[str]) -> set[int]:
    """Those that the newest draft of another page uses; the index knows saved pages only."""
    if not keys:
        return set()
    kind, used = ContentType.objects.get_for_model(model).pk, set()
    drafts = Page.objects.filter(has_unpublished_changes=True).exclude(pk__in=own)
    newest = Revision.objects.filter(pk__in=drafts.order_by().values("latest_revision"))
    numbers = {str(key) for key in keys}
    for revision in newest.iterator(chunk_size=50):
        # Most drafts name none of the numbers at all, and to rebuild one takes long.
        named = numbers.intersection(_NUMBER.findall(json.dumps(revision.content)))
        if not named:
            continue
        try:
            state = revision.as_object()
        except BadStream:
            # It may use whatever it names.
            used |= {int(number) for number in named}
            continue
        references = ReferenceIndex._extract_references_from_object(state)
        used |= {int(key) for found, key, *_paths in references if found == kind}
    return used & keys


def delete_media(media: Iterable, *, label: str = NO_LABEL) -> Purged:
    """Rows of pictures (with their renditions) and documents; their files are named."""
    done, image_model = Purged(), get_image_model()
    for one in media:
        if isinstance(one, image_model):
            renditions = list(one.renditions.all())
            done.files += [("default", row.file.name) for row in renditions]
            done.add("renditions", len(renditions))
        done.files.append(("default", one.file.name))
        done.add("images" if isinstance(one, image_model) else "documents", 1)
        tags = set(one.tags.values_list("pk", flat=True))
        forget_model_log(type(one), [str(one.pk)], label=label)
        ReferenceIndex.remove_for_object(one)
        with left_alone():
            one.delete()
        done.take(purge_unused_tags(tags))
    return done


def register() -> None:
    register_purger(
        purge_revisions,
        [
            "wagtailcore.Revision",
            "wagtailcore.WorkflowState",
            "wagtailcore.TaskState",
            "wagtailcore.Comment",
        ],
        order=900,
    )
    register_eraser(purge_late)
    register_purger(purge_form_states, ["wagtailadmin.FormState", "wagtailadmin.EditingSession"])
    register_purger(purge_redirects, ["wagtailredirects.Redirect"], occasions=[WITHDRAWN, DELETED])
    register_purger(
        purge_logs, ["wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"], occasions=[WITHDRAWN]
    )
    holds_no_words("wagtailcore.ReferenceIndex", "ids and field paths; removed with the page")
    holds_no_words("wagtailsearch.IndexEntry", "used by Wagtail's database search alone")
    holds_no_words("taggit.TaggedItem", "ids; goes with the picture or document")
    holds_no_words("safety.Withdrawal", "reason without personal data, counts, ids")
    holds_no_words("safety.RemovalRequest", "the asker's words; forgotten by safety.removal")
    holds_no_words("wagtailcore.Page", "an alias of the page is withdrawn with it")
    holds_no_words("wagtailcore.Site", "points at the home page, which is not withdrawn")
    register_stored("default", ("images", "original_images", "documents", "wagtail_uploads"))
