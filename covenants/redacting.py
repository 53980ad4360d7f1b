"""Covers words of a rule: in every edition, in the working text and in all copies of them.

Editions never change but for this. Parts of a text are named as `units`: a field, `headings`, or
`article:` with its stable id, the same in all editions and in the working text, so that an edition
and the text it was made of stay equal and none is taken for a change.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from covenants.adoption import CHAPTER_FIELDS, edition_digest, provision_rows, stable_ids
from covenants.models.edition import Edition, Provision
from covenants.models.entry import LegalityReview, Vote
from covenants.models.limit import Limit, LimitReading
from covenants.models.procedure import Procedure
from covenants.quoting import (
    cover_hints,
    cover_ledger,
    cover_quotations,
    keep_limits,
    ledger_texts,
)
from covenants.redaction import MARK, cover, cover_all, excerpts, strings_in, words_like
from editorial.review import holds_review_right
from safety import redactions
from safety.models import ScannedPage
from safety.models.redaction import REASON_MOST, digest_of_words
from safety.withdrawal.withdrawing import purge_copies, refuse_gone
from search.outbox import touch

SHORTEST, LONGEST = 2, 60
HEADINGS, ARTICLE, RENDERINGS, LEDGER = "headings", "article:", "renderings", "ledger"
# Fields of an edition, and of the page, by the unit they belong to.
EDITION_FIELDS = {
    "title": "title",
    "preamble": "preamble",
    "closing": "closing",
    "summary": "summary",
    "ended_note": "ended_note",
    "adopted_by": "adopted_by",
}
PAGE_FIELDS = {
    "title": "title",
    "preamble": "preamble",
    "closing": "closing",
    "change_summary": "summary",
    "adopted_by": "adopted_by",
    "one_minute": "one_minute",
}
RENDERING_FIELDS = {
    "recordings": ("made_by", "covers"),
    "language_versions": ("title", "text", "picture_text", "made_by"),
}


@dataclass
class Place:
    """One unit that holds the words: its name, in which texts, and how it reads before and after.

    `excerpts`: [(as it reads, as it would read)], equal ones once.
    """

    unit: str
    name: str
    where: list[str] = field(default_factory=list)
    excerpts: list[tuple[str, str]] = field(default_factory=list)


def may_redact(user, page) -> bool:
    """Whether `user` may cover words here: whoever may publish here."""
    return holds_review_right(user, page)


def checked_words(words: str) -> str:
    """The words as they are looked for. Raises ValidationError {"words": why they cannot be}."""
    words = words.strip()
    if not SHORTEST <= len(words) <= LONGEST or "\n" in words:
        message = _("请写要遮盖的字，%(least)d到%(most)d个字，不换行。")
        raise ValidationError({"words": message % {"least": SHORTEST, "most": LONGEST}})
    if words in MARK:
        raise ValidationError({"words": _("这几个字是遮盖记号里的，不能遮盖。")})
    return words


def places_of(page, words: str) -> list[Place]:
    """Where the words stand in a rule, by unit, those of the newest edition first."""
    found: dict[str, Place] = {}
    for unit, name, where, text in _texts(page):
        if words not in text:
            continue
        place = found.setdefault(unit, Place(unit, name))
        if where not in place.where:
            place.where.append(where)
        place.excerpts += [one for one in excerpts(text, words) if one not in place.excerpts]
    return list(found.values())


def _texts(page) -> Iterator[tuple[str, str, str, str]]:
    """(unit, its name, which text it is of, words) of all that a rule's page holds."""
    for edition in page.editions.order_by("-number").prefetch_related("provisions"):
        where = _("第%d版") % edition.number
        for name, unit in EDITION_FIELDS.items():
            yield unit, _name(Edition, name), where, getattr(edition, name)
        for row in edition.provisions.all():
            yield from _article(vars(row), where)
            yield ARTICLE + str(row.stable_id), row.label, where, row.suspended_note
    states = [(_("工作稿"), page)]
    if page.has_unpublished_changes:
        states.append((_("没有发布的草稿"), page.get_latest_revision_as_object()))
    for where, state in states:
        for name, unit in PAGE_FIELDS.items():
            yield unit, _name(type(page), name), where, getattr(state, name)
        for row in provision_rows(state.body):
            yield from _article(row, where)
        for text in strings_in(_raw(state, "attachments")):
            yield "attachments", _("附件名称"), where, text
    for text in ledger_texts(page):
        yield LEDGER, _("订立程序的记录"), _("程序"), text
    for relation, names in RENDERING_FIELDS.items():
        for row in getattr(page, relation).all():
            for name in names:
                yield RENDERINGS, _("录音与其他语言"), _("工作稿"), getattr(row, name)


def _article(row: dict, where: str) -> Iterator[tuple[str, str, str, str]]:
    name = row["label"] or _("第%d段") % row["position"]
    for text in [row["label"], row["text"], *strings_in(row["items"])]:
        yield ARTICLE + str(row["stable_id"]), name, where, text
    for heading in CHAPTER_FIELDS:
        yield HEADINGS, _("章名"), where, row[heading]


def _name(model, field_name: str) -> str:
    return str(model._meta.get_field(field_name).verbose_name)


@transaction.atomic
def redact(page, words: str, units: Iterable[str], reason: str, *, by) -> int:
    """Cover the words in these units of a rule, and purge every copy of the former texts.

    The reason is logged, the words are not. Returns how many units were covered. Raises
    ValidationError {field: message}, and PageWithdrawn.
    """
    refuse_gone(page)
    words = checked_words(words)
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_MOST or words in reason:
        message = _("请写明理由，%d个字以内，不要写出遮盖的字。") % REASON_MOST
        raise ValidationError({"reason": message})
    page = type(page).objects.get(pk=Page.objects.select_for_update().get(pk=page.pk).pk)
    places = [place for place in places_of(page, words) if place.unit in set(units)]
    if not places:
        raise ValidationError({"units": _("请勾选要遮盖的地方。")})
    chosen = {place.unit for place in places}
    _cover(page, words, chosen)
    redactions.remember(page, words, chosen, reason, by=by)
    names = "、".join(cover(place.name, words) for place in places)
    data = {"reason": reason, "places": names}
    log(instance=page, action="covenants.redact", user=by, data=data)
    return len(places)


@transaction.atomic
def cover_again(page, marks: list[dict]) -> int:
    """Cover what is known by digests (`Redaction.marks`), after a restore; returns the places."""
    wanted: dict[tuple[int, str], set[str]] = {}
    for mark in marks:
        wanted.setdefault((mark["length"], mark["digest"]), set()).add(mark["unit"])
    done = 0
    for (length, digest), units in wanted.items():
        for words in _words_in(page, units, length, digest):
            _cover(page, words, units)
            done += 1
            page = type(page).objects.get(pk=page.pk)
    return done


def _words_in(page, units: set[str], length: int, digest: str) -> set[str]:
    found: set[str] = set()
    for unit, _title, _where, text in _texts(page):
        if unit in units:
            found |= words_like(text, length, lambda piece: digest_of_words(piece) == digest)
    return found


def _cover(page, words: str, units: set[str]) -> None:
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else None
    author = page.latest_revision.user if draft is not None else None
    digests, clauses = {}, {}
    for edition in page.editions.select_for_update():
        before, after = _cover_edition(edition, words, units, clauses)
        digests[before] = after
    before = _working_digest(page)
    _cover_row(page, words, units)
    digests[before] = _working_digest(page)
    for old, new in digests.items():
        for model in (LegalityReview, Vote):
            rows = model.objects.filter(procedure__page_id=page.pk, digest=old)
            rows.update(digest=new)
        Procedure.objects.filter(page_id=page.pk, override_digest=old).update(override_digest=new)
    articles = [uuid.UUID(u.removeprefix(ARTICLE)) for u in units if u.startswith(ARTICLE)]
    cover_quotations(page, words, articles)
    cover_hints(page, words, clauses)
    if LEDGER in units:
        cover_ledger(page, words)
    purge_copies(page, words=[words])
    if draft is not None:
        covered_fields(draft, words, units)
        draft.save_revision(user=author, clean=False)
    ScannedPage.objects.filter(page_id=page.pk).update(version="")
    touch(Page, [page.pk])


def _cover_edition(edition: Edition, words: str, units: set[str], clauses: dict) -> tuple[str, str]:
    """(digest before, digest after) of an edition whose words are covered.

    `clauses` takes up {clause as it was: as it is}.
    """
    rows = list(edition.provisions.order_by("position"))
    for row in rows:
        plain, changed = row.plain_text, {}
        if ARTICLE + str(row.stable_id) in units:
            for name in ("label", "text", "suspended_note"):
                changed[name] = _covered(row, name, words)
            changed["items"] = cover_all(row.items, words)
        if HEADINGS in units:
            changed |= {name: _covered(row, name, words) for name in CHAPTER_FIELDS}
        changed = {name: value for name, value in changed.items() if value != getattr(row, name)}
        if changed:
            Provision.objects.filter(pk=row.pk).redact(**changed)
            for name, value in changed.items():
                setattr(row, name, value)
            clauses[plain] = row.plain_text
            keep_limits(edition, row, plain, words)
    changed = {
        name: _covered(edition, name, words)
        for name, unit in EDITION_FIELDS.items()
        if unit in units
    }
    clauses |= {getattr(edition, n): changed[n] for n in ("preamble", "closing") if n in changed}
    for name, value in changed.items():
        setattr(edition, name, value)
    before = edition.digest
    edition.digest = edition_digest(edition, rows)
    Edition.objects.filter(pk=edition.pk).redact(**changed, digest=edition.digest)
    return before, edition.digest


def _covered(row, name: str, words: str) -> str:
    return cover(getattr(row, name), words, row._meta.get_field(name).max_length)


def _working_digest(page) -> str:
    return edition_digest(page, [Provision(**row) for row in provision_rows(page.body)])


def _cover_row(page, words: str, units: set[str]) -> None:
    """The page's own row; written past `save`, which would ask for a new edition's papers."""
    changed = covered_fields(page, words, units)
    if page.live:
        changed["last_published_at"] = timezone.now()
    type(page).objects.filter(pk=page.pk).update(**changed)
    # What the extractor read of the working text is read again.
    Limit.objects.filter(page_id=page.pk, edition=None).delete()
    LimitReading.objects.filter(page_id=page.pk, edition=None).delete()
    if RENDERINGS in units:
        for relation, names in RENDERING_FIELDS.items():
            rows = getattr(page, relation).model.objects.filter(page_id=page.pk)
            for row in rows:
                covered = {name: _covered(row, name, words) for name in names}
                rows.filter(pk=row.pk).update(**covered)


def covered_fields(state, words: str, units: set[str]) -> dict:
    """Cover the words in a page as it stands in memory; {field: value} of what was covered."""
    changed = {name: _covered(state, name, words) for name, u in PAGE_FIELDS.items() if u in units}
    body = _raw(state, "body")
    seen = stable_ids(state.body)
    for chapter in body:
        if HEADINGS in units:
            for name in ("label", "title"):
                chapter["value"][name] = cover(chapter["value"].get(name) or "", words)
        for article in chapter["value"]["articles"]:
            if ARTICLE + str(next(seen)) in units:
                article["value"] = cover_all(article["value"], words)
    changed["body"] = _stream(state, "body", body)
    if "attachments" in units:
        rows = cover_all(_raw(state, "attachments"), words)
        changed["attachments"] = _stream(state, "attachments", rows)
    for name, value in changed.items():
        setattr(state, name, value)
    if "title" in changed:
        state.draft_title = state.title
    return changed


def _raw(state, name: str) -> list:
    """A StreamField's value as plain lists and dicts, a copy."""
    return json.loads(json.dumps(getattr(state, name).get_prep_value()))


def _stream(state, name: str, rows: list):
    return state._meta.get_field(name).to_python(rows)
