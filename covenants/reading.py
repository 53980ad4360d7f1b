"""What a reader of a rule sees: which edition, its chapters, its status in one plain sentence."""

import datetime
from itertools import groupby

from django.core.files.storage import storages
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def private_storage():
    """Where originals lie: outside every folder a web server hands out."""
    return storages["private"]


def body_text(body) -> str:
    """All words of a working text, an article or item per line."""
    lines = []
    for chapter in body:
        lines.append(f"{chapter.value['label'] or ''} {chapter.value['title'] or ''}")
        for article in chapter.value["articles"]:
            lines.append(f"{article['label'] or ''} {article['text'] or ''}")
            for item in article["items"]:
                lines.append(f"{item['label'] or ''}{item['text'] or ''}")
                lines += [f"{s['label'] or ''}{s['text'] or ''}" for s in item["items"]]
    return "\n".join(lines)


def chapters_of(provisions) -> list[dict]:
    """[{"label","title","provisions":[…]}] from provisions in order."""
    return [
        {"label": label, "title": title, "provisions": list(rows)}
        for (label, title), rows in groupby(
            provisions, key=lambda p: (p.chapter_label, p.chapter_title)
        )
    ]


def adopted_text(edition) -> str:
    """The day of adoption as precisely as it is known: 2023年5月12日, 2023年5月, 2023年, 不详."""
    day = edition.adopted_on
    if not day or edition.adopted_precision == edition.UNKNOWN:
        return _("日期不详")
    if edition.adopted_precision == edition.YEAR:
        return f"{day.year}年"
    if edition.adopted_precision == edition.MONTH:
        return f"{day.year}年{day.month}月"
    return date_format(day, "Y年n月j日")


def status_sentence(edition, today: datetime.date) -> str:
    """One plain sentence: which edition this is, since when, and what became of it."""
    since = date_format(edition.effective_from, "Y年n月j日")
    values = {"number": edition.number, "since": since}
    if edition.effective_from > today:
        return _("这是第%(number)s版，将于%(since)s起施行，现在还没有生效。") % values
    if edition.in_force(today):
        if edition.ended_on:
            values["until"] = date_format(edition.ended_on, "Y年n月j日")
            return _("这是第%(number)s版，自%(since)s起施行，到%(until)s由新版代替。") % values
        return _("这是第%(number)s版，自%(since)s起施行，现行有效。") % values
    values["until"] = date_format(edition.ended_on, "Y年n月j日")
    if edition.ended_reason == edition.REPEALED:
        return _("这是第%(number)s版，自%(since)s起施行，已于%(until)s废止。") % values
    if edition.ended_reason == edition.ORDERED:
        return (
            _("这是第%(number)s版，自%(since)s起施行，已于%(until)s按责令改正停止施行。") % values
        )
    return _("这是旧版(第%(number)s版),%(since)s起施行,%(until)s起被新版代替。") % values


def reading_context(page, on_text: str) -> dict:
    """Context of the reading page.

    `on_text` is the raw `?on=` value; a malformed day is told to the reader and today's edition
    shown. Keys: edition, chapters, editions (newest first), status, on, on_error, is_past.
    """
    today = timezone.localdate()
    on, error = None, ""
    if on_text:
        try:
            on = parse_date(on_text)
        except ValueError:
            on = None
        if on is None:
            error = _("日期没有看懂，请写成 2024-05-01 这样。下面是现在的版本。")
    editions = list(page.editions.order_by("-number"))
    day = on or today
    edition = next((e for e in editions if e.in_force(day)), None)
    if edition is None and on is None:
        edition = page.shown_edition
    if edition is None:
        return {
            "edition": None,
            "chapters": [],
            "editions": editions,
            "status": _("这一天没有施行中的版本。") if on else _("正文尚未公布。"),
            "on": on,
            "on_error": error,
            "is_past": False,
        }
    return {
        "edition": edition,
        "chapters": chapters_of(edition.provisions.all()),
        "editions": editions,
        "status": status_sentence(edition, today),
        "adopted_text": adopted_text(edition),
        "on": on,
        "on_error": error,
        "is_past": not edition.in_force(today),
    }


def draft_context(page) -> dict:
    """Context of a preview: the working text in the shape of the reading page."""
    from covenants.adoption import provision_rows
    from covenants.models.edition import Edition, Provision

    rows = [Provision(**row) for row in provision_rows(page.body)]
    edition = Edition(
        page_id=page.pk, number=0, title=page.title, preamble=page.preamble, closing=page.closing
    )
    return {
        "edition": edition,
        "chapters": chapters_of(rows),
        "editions": [],
        "status": _("这是草稿预览，尚未公布。"),
        "is_draft": True,
        "on": None,
        "on_error": "",
        "is_past": False,
    }
