"""Turns the working text of a rule into an edition. The only place that creates editions."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from safety.personal_data.folding import fold
from safety.redactions import covered_in

from . import filing_rule
from .group_rule import end_for_own, hold_group
from .hint_reading import read_new_edition as read_for_hints
from .limit_proposals import read_new_edition
from .models.edition import SUSPENSION, Edition, Provision

EARLIEST = datetime.date(1949, 10, 1)
CHAPTER_FIELDS = ("chapter_label", "chapter_title")
LONGEST_WAIT = datetime.timedelta(days=3 * 366)
# The values of a page that decide whether its text can become an edition.
ADOPTED_VALUES = (
    "title",
    "preamble",
    "body",
    "closing",
    "adopted_on",
    "effective_from",
    "change_summary",
)


def provision_rows(body) -> list[dict]:
    """The articles of a `RuleBody` value as dicts of `Provision` fields, in order.

    An article copied within the editor keeps its block id; the second one gets an id of its own,
    derived from the first, so that ids stay unique within an edition. A chapter that holds only
    sections (第二章, then 第一节) gives its heading to the first of them: 第二章 婚丧 第一节 红事.
    """
    rows, ids, waiting = [], stable_ids(body), []
    for chapter in body:
        articles = chapter.value["articles"]
        label, title = _heading(chapter)
        if not len(articles):
            waiting += filter(None, (label, title))
            continue
        if waiting:
            label, title = waiting[0], " ".join(filter(None, (*waiting[1:], label, title)))
            waiting = []
        for bound in articles.bound_blocks:
            article = bound.value
            rows.append(
                {
                    "stable_id": next(ids),
                    "position": len(rows) + 1,
                    "chapter_label": label,
                    "chapter_title": title,
                    "label": article["label"] or "",
                    "text": article["text"] or "",
                    "items": [_item(item) for item in article["items"]],
                }
            )
    return rows


def stable_ids(body) -> Iterator[uuid.UUID]:
    """The identities of a text's articles, in order: those that `provision_rows` gives."""
    seen = set()
    for chapter in body:
        for bound in chapter.value["articles"].bound_blocks:
            stable_id = _stable_id(bound.id)
            while stable_id in seen:
                stable_id = uuid.uuid5(stable_id, "copy")
            seen.add(stable_id)
            yield stable_id


def _heading(chapter) -> tuple[str, str]:
    return chapter.value["label"] or "", chapter.value["title"] or ""


def _heading_fault(body, rows) -> str:
    """What is wrong with headings that have no article below them; empty when nothing is."""
    last = next(reversed(list(body)), None)
    if last and not len(last.value["articles"]) and any(_heading(last)):
        name = " ".join(filter(None, _heading(last)))
        return _("最后的“%(name)s”下面没有条文，请写上条文，或者删去这个章名。") % {"name": name}
    limits = {name: Provision._meta.get_field(name).max_length for name in CHAPTER_FIELDS}
    if any(len(row[name]) > most for row in rows for name, most in limits.items()):
        return _("有几个章名连在一起而下面没有条文，请删去多余的章名。")
    return ""


def _stable_id(block_id) -> uuid.UUID:
    """A block's id as a UUID; an id made up outside the editor always becomes the same one."""
    if not block_id:
        return uuid.uuid4()
    try:
        return uuid.UUID(block_id)
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_OID, block_id)


def _item(item):
    row = {"label": item.get("label") or "", "text": item.get("text") or ""}
    if item.get("items"):
        row["items"] = [_item(sub) for sub in item["items"]]
    return row


def text_digest(title, preamble, closing, rows) -> str:
    """Identifies an adopted text: what residents read, without the ids behind it."""
    content = [title, preamble, closing] + [
        {k: v for k, v in row.items() if k != "stable_id"} for row in rows
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def edition_digest(text, provisions) -> str:
    """The `text_digest` of an edition (or a page) with these `Provision`s, in order."""
    names = ("position", *CHAPTER_FIELDS, "label", "text", "items")
    rows = [{name: getattr(provision, name) for name in names} for provision in provisions]
    return text_digest(text.title, text.preamble, text.closing, rows)


def obstacles(
    page_id,
    *,
    title,
    preamble,
    body,
    closing,
    adopted_on,
    effective_from,
    change_summary,
    latest=None,
) -> dict[str, str]:
    """Why this text could not become an edition: {field: message}, empty when it could.

    A text equal to the latest edition needs no new one, so nothing stands in its way.
    """
    rows = provision_rows(body)
    if latest is None and page_id:
        latest = Edition.objects.filter(page_id=page_id).order_by("-number").first()
    begins = effective_from or adopted_on
    if _adopted_already(latest, text_digest(title, preamble, closing, rows), begins):
        return {}
    if not rows:
        return {"body": _("正文里还没有条文。")}
    if fault := _heading_fault(body, rows):
        return {"body": fault}
    if not begins:
        return {"adopted_on": _("请填写通过日期或施行日期，才能发布。")}
    if latest and begins <= latest.effective_from:
        return {
            "effective_from": _(
                "条文有改动，这是新的一版：请填写它的通过日期和施行日期"
                "(应晚于上一版的施行日期 %(day)s)。"
            )
            % {"day": latest.effective_from.isoformat()}
        }
    fault = summary_fault(change_summary, latest)
    return {"change_summary": fault} if fault else {}


def summary_fault(change_summary: str, latest: Edition | None) -> str:
    """Why this is no summary of what a text changes in the latest edition; empty when it is."""
    if latest is None:
        return ""
    if not (change_summary or "").strip():
        return _("这是新的一版，请用一句话写明改了什么，如：酒席由二十桌改为十五桌。")
    if change_summary.strip() == latest.summary.strip():
        return _("修改要点和上一版的一样。请写这一次改了什么。")
    return ""


def _adopted_already(latest: Edition | None, digest: str, begins) -> bool:
    """Whether the text is that of the latest edition and not adopted anew after its repeal."""
    if latest is None or latest.digest != digest:
        return False
    return not (latest.was_taken_down and begins and begins >= latest.ended_on)


def date_faults(adopted_on, effective_from) -> dict[str, str]:
    """What is wrong with the dates an editor typed: {field: message}."""
    today = timezone.localdate()
    faults = {}
    if adopted_on and not EARLIEST <= adopted_on <= today:
        faults["adopted_on"] = _("通过日期应在1949年以后、今天以前，请核对年份。")
    if effective_from and not EARLIEST <= effective_from <= today + LONGEST_WAIT:
        faults["effective_from"] = _("施行日期离现在太远，请核对年份。")
    return faults


@transaction.atomic
def adopt(page, *, by=None, importing=False) -> Edition | None:
    """Make the page's working text its next edition; None when the text is that of the latest one.

    Its votes, filing and days are those of the page's ledger, where it came by one. The edition
    before it ends on the day the new one comes into force. `importing`: an import enters a text
    adopted before go-live. Raises ValidationError with the `obstacles`, and `Unfiled`.
    """
    rows = provision_rows(page.body)
    digest = text_digest(page.title, page.preamble, page.closing, rows)
    hold_group(page)
    latest = page.editions.select_for_update().order_by("-number").first()
    if _stands_already(page, latest, digest):
        return None
    grounds = filing_rule.grounds(page, digest, importing=importing)
    known = {name: getattr(page, name) for name in ADOPTED_VALUES}
    known |= {name: value for name, value in grounds.values.items() if name in ADOPTED_VALUES}
    if found := obstacles(page.pk, **known, latest=latest):
        raise ValidationError(found)
    if latest:
        _refuse_covered_words(page, rows)
    number = latest.number + 1 if latest else 1
    edition = _edition(page, number, digest, created_by=by, provenance=grounds.provenance)
    for name, value in grounds.values.items():
        setattr(edition, name, value)
    edition.save()
    filing_rule.close(grounds.procedure, edition=edition)
    suspended = _suspensions(page, latest, edition.effective_from)
    Provision.objects.bulk_create(
        Provision(edition=edition, **row, **suspended.get(said(row["text"], row["items"]), {}))
        for row in rows
    )
    effective_from = edition.effective_from
    if latest and (latest.ended_on is None or latest.ended_on > effective_from):
        latest.end(effective_from, Edition.REPLACED)
    end_for_own(page, effective_from, by=by)
    read_new_edition(edition)
    if not importing:
        # Imports pay nothing: the background process reads what they bring.
        read_for_hints(edition, page, rows)
    return edition


def _refuse_covered_words(page, rows) -> None:
    """Raises ValidationError where words that were covered come back in a new text."""
    fields = ("title", "preamble", "closing", "change_summary")
    texts = {str(page._meta.get_field(n).verbose_name): getattr(page, n) for n in fields}
    for row in rows:
        words = "\n".join(
            [row["chapter_title"], row["text"], json.dumps(row["items"], ensure_ascii=False)]
        )
        texts[row["label"] or _("第%d段") % row["position"]] = words
    if found := covered_in(page, texts):
        message = _("%s里有已经遮盖的个人信息，请改掉再发布。")
        raise ValidationError({"body": message % "、".join(found)})


def _stands_already(page, latest: Edition | None, digest: str) -> bool:
    """`_adopted_already`, by the days of the page or of a ledger that adopted it anew."""
    begins = page.effective_from or page.adopted_on
    if not _adopted_already(latest, digest, begins):
        return False
    return not (latest.was_taken_down and filing_rule.adopts_anew(page, latest))


def said(text: str, items: list) -> str:
    """What an article says, by which the same words are known again: its letters and digits,
    without its own label and those of its items."""
    words = fold("".join(_lines(text, items))).text
    return "".join(sign for sign in words if sign.isalnum())


def _lines(text: str, items: list) -> Iterator[str]:
    yield text
    for item in items:
        yield from _lines(item.get("text", ""), item.get("items", []))


def _suspensions(page, latest: Edition | None, begins) -> dict[str, dict]:
    """{what an article says: its suspension} of those that go on in an edition from `begins`.

    Adopting the same words anew does not lift what the township ordered: not under another
    number, written in anew, or after an edition that left them out.
    """
    known = Provision.objects.filter(edition__page_id=page.pk)
    if latest is None or not known.exclude(suspended_from=None).exists():
        return {}
    last: dict[str, dict] = {}
    names = ("edition__number", "text", "items", *SUSPENSION)
    for row in known.order_by("edition__number", "position").values(*names):
        words = said(row["text"], row["items"])
        twin = last.get(words)
        if not (twin and twin["edition__number"] == row["edition__number"] and _runs(twin, begins)):
            last[words] = row
    return {
        words: {name: row[name] for name in SUSPENSION}
        for words, row in last.items()
        if _runs(row, begins)
    }


def _runs(row: dict, begins) -> bool:
    """Whether a suspension holds on a day or begins later."""
    until = row["suspended_until"]
    return row["suspended_from"] is not None and (until is None or until > begins)


def adopt_first(texts: Sequence[tuple[object, list[dict]]], *, by=None) -> None:
    """First editions of new pages in few statements: what `adopt` would make of each.

    `texts`: (page, its `provision_rows`); every page has articles and a date. Callers hold a
    transaction. Raises `Unfiled` for a covenant adopted after its county's go-live date.
    """
    filing_rule.check_first([page for page, _rows in texts])
    editions = [
        _edition(page, 1, text_digest(page.title, page.preamble, page.closing, rows), created_by=by)
        for page, rows in texts
    ]
    Edition.objects.bulk_create(editions)
    Provision.objects.bulk_create(
        Provision(edition=edition, **row)
        for edition, (_page, rows) in zip(editions, texts, strict=True)
        for row in rows
    )


def _edition(page, number, digest, *, provenance=Edition.LEGACY, created_by=None) -> Edition:
    """The unsaved edition of what stands on the page."""
    return Edition(
        page_id=page.pk,
        number=number,
        title=page.title,
        preamble=page.preamble,
        closing=page.closing,
        adopted_on=page.adopted_on,
        adopted_precision=page.adopted_precision if page.adopted_on else Edition.UNKNOWN,
        adopted_by=page.adopted_by,
        votes_for=page.votes_for,
        votes_against=page.votes_against,
        votes_abstain=page.votes_abstain,
        effective_from=page.effective_from or page.adopted_on,
        filing_number=page.filing_number,
        filed_on=page.filed_on,
        summary=page.change_summary,
        provenance=provenance,
        digest=digest,
        created_by=created_by,
    )


def shown_of(editions) -> Edition | None:
    """Of a page's editions in order the one readers get: in force, else the next, else the last."""
    editions = list(editions)
    for state, order in (("current", reversed), ("future", iter)):
        found = next((e for e in order(editions) if e.state == state), None)
        if found:
            return found
    return editions[-1] if editions else None


def editions_by_page(pages) -> dict[int, list[Edition]]:
    """{page pk: its editions by number}; one query."""
    by_page: dict[int, list[Edition]] = {}
    for edition in Edition.objects.filter(page_id__in=[p.pk for p in pages]).order_by("number"):
        by_page.setdefault(edition.page_id, []).append(edition)
    return by_page


def prefetch_shown(pages) -> None:
    """Give rule pages their editions, and the one that is shown its provisions.

    Two queries, whatever the number of pages.
    """
    editions = editions_by_page(pages)
    shown = []
    for page in pages:
        page.forget_editions()
        page.all_editions = editions.get(page.pk, [])
        shown += [page.shown_edition] if page.shown_edition else []
    rows = Provision.objects.order_by("edition_id", "position")
    prefetch_related_objects(shown, Prefetch("provisions", rows))
