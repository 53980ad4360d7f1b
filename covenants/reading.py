"""What a reader of a rule sees: which edition, its chapters, its status in one plain sentence."""

import datetime
from itertools import groupby, zip_longest

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
    return date_format(day, "DATE_FORMAT")


def day_text(day: datetime.date) -> str:
    """2024年4月1日."""
    return date_format(day, "DATE_FORMAT")


def status_sentence(edition, today: datetime.date) -> str:
    """One plain sentence: which edition this is, since when, and what became of it."""
    since = day_text(edition.effective_from)
    values = {"number": edition.number, "since": since}
    if edition.effective_from > today:
        return _("这是第%(number)s版，将于%(since)s起施行，现在还没有生效。") % values
    if edition.in_force(today):
        if edition.ended_on:
            values["until"] = day_text(edition.ended_on)
            if edition.was_taken_down:
                return _("这是第%(number)s版，自%(since)s起施行，到%(until)s停止施行。") % values
            return (
                _("这是第%(number)s版，自%(since)s起施行，现行有效，到%(until)s由新版代替。")
                % values
            )
        return _("这是第%(number)s版，自%(since)s起施行，现行有效。") % values
    values["until"] = day_text(edition.ended_on)
    if edition.ended_reason == edition.REPEALED:
        return _("这是第%(number)s版，自%(since)s起施行，已于%(until)s废止。") % values
    if edition.ended_reason == edition.ORDERED:
        return (
            _("这是第%(number)s版，自%(since)s起施行，已于%(until)s按责令改正停止施行。") % values
        )
    return _("这是旧版（第%(number)s版），%(since)s起施行，%(until)s起被新版代替。") % values


def nothing_in_force(editions, day: datetime.date) -> str:
    """Why there is no text of that day: none was adopted yet, or it had ended.

    `editions`: all of a rule, newest first.
    """
    before = [edition for edition in editions if edition.effective_from <= day]
    if not editions:
        return _("正文尚未公布。")
    if not before:
        first = editions[-1]
        return _("这一天没有施行中的版本：本站登记的第一版自%(since)s起施行。") % {
            "since": day_text(first.effective_from)
        }
    last = before[0]
    return _("这一天没有施行中的版本：第%(number)s版已于%(until)s停止施行。") % {
        "number": last.number,
        "until": day_text(last.ended_on),
    }


def span_text(held) -> str:
    """From when to when an edition or a following holds: 2019年4月1日至2024年3月31日.

    Both days included; `effective_from` and `ended_on` say when.
    """
    values = {"since": day_text(held.effective_from)}
    if held.ended_on is None:
        if held.effective_from > timezone.localdate():
            return _("将于%(since)s起施行") % values
        return _("%(since)s起，一直到现在") % values
    if held.ended_on == held.effective_from:
        return _("没有施行过")
    last_day = held.ended_on - datetime.timedelta(days=1)
    return _("%(since)s至%(until)s") % {**values, "until": day_text(last_day)}


def state_name(edition) -> str:
    """What an edition is today, in a word: 现行, 尚未施行, 旧版, 已废止, 责令改正停用."""
    if edition.state == "ended":
        names = {edition.REPEALED: _("已废止"), edition.ORDERED: _("责令改正停用")}
        return names.get(edition.ended_reason, _("旧版"))
    return _("现行") if edition.state == "current" else _("尚未施行")


def edition_rows(editions) -> list[dict]:
    """[{"edition","name","span","previous"}] for the list of editions, newest first.

    `previous` is the edition to compare it with, None for the first and beside a text that was
    taken down.
    """
    return [
        {
            "edition": edition,
            "name": state_name(edition),
            "span": span_text(edition),
            "previous": comparable(edition, previous),
        }
        for edition, previous in zip_longest(editions, editions[1:])
    ]


def comparable(edition, previous):
    """The edition before, where readers may see both; else None."""
    both = previous is not None and not edition.is_ordered_down and not previous.is_ordered_down
    return previous if both else None


def missing_papers(edition) -> list[str]:
    """Which papers of the adoption are not registered here, in words for the reader."""
    return [
        name
        for name, known in (
            (_("通过日期"), edition.adopted_on),
            (_("通过的会议"), edition.adopted_by),
            (_("表决票数"), edition.votes_for is not None),
            (_("备案"), edition.filing_number or edition.filed_on),
        )
        if not known
    ]


def with_suspensions(provisions, day: datetime.date) -> list:
    """The provisions, each with `suspension`: the sentence above it on that day, or empty; and
    `suspended`: whether it does not apply that day."""
    provisions = list(provisions)
    for provision in provisions:
        provision.suspended = provision.is_suspended(day)
        provision.suspension = suspension_sentence(provision, day)
    return provisions


def suspension_sentence(provision, day: datetime.date) -> str:
    """本条自…起暂停适用, where it is suspended on that day or will be; otherwise empty."""
    begins, ends = provision.suspended_from, provision.suspended_until
    if begins is None or (ends is not None and ends <= day):
        return ""
    values = {"begins": day_text(begins), "ends": ends and day_text(ends)}
    if day < begins:
        sentence = _("本条将自%(begins)s起暂停适用") % values
    elif ends:
        sentence = _("本条自%(begins)s起暂停适用，%(ends)s恢复") % values
    else:
        sentence = _("本条自%(begins)s起暂停适用") % values
    note = provision.suspended_note
    return f"{sentence}：{note}" if note else f"{sentence}。"


def asked_day(on_text: str) -> tuple[datetime.date | None, str]:
    """(the day of a raw `?on=` value or None, a kind note where it is none)."""
    if not on_text:
        return None, ""
    try:
        day = parse_date(on_text)
    except ValueError:
        day = None
    if day is None:
        return None, _("日期没有看懂，请写成 2024-05-01 这样。下面是现在的版本。")
    return day, ""


def reading_context(page, on_text: str) -> dict:
    """Context of the reading page.

    `on_text` is the raw `?on=` value; a malformed day is told to the reader and today's edition
    shown. Keys: edition, chapters, rows (of `edition_rows`, newest first), status, on, on_error,
    is_past; with an edition also adopted_text, missing_papers, previous (the edition before it),
    coming (the next one, not yet in force), suspended (how many articles are), timeline (its
    ledger, where it has one), repeal and repeal_timeline (by what it was repealed);
    `ordered_down`: nothing but its tombstone is shown. Today also
    pending and opinions (`ledger_timeline.under_way`).
    """
    from covenants.ledger_timeline import ledgers_of, timeline, under_way

    today = timezone.localdate()
    on, error = asked_day(on_text)
    editions = page.all_editions[::-1]
    day = on or today
    edition = next((e for e in editions if e.in_force(day)), None)
    if edition is None and on is None:
        edition = page.shown_edition
    ledgers = ledgers_of(page, edition)
    told = {} if on else under_way(page, ledgers.running)
    if edition is None:
        return {
            **told,
            "edition": None,
            "chapters": [],
            "rows": edition_rows(editions),
            "status": nothing_in_force(editions, day),
            "on": on,
            "on_error": error,
            "is_past": False,
        }
    down = edition.is_ordered_down
    provisions = [] if down else with_suspensions(edition.provisions.all(), day)
    place = editions.index(edition)
    return {
        **told,
        "timeline": timeline(ledgers.made) if ledgers.made else [],
        "repeal": ledgers.repeal,
        "repeal_timeline": timeline(ledgers.repeal) if ledgers.repeal else [],
        "edition": edition,
        "chapters": chapters_of(provisions),
        "rows": edition_rows(editions),
        "status": status_sentence(edition, today),
        "span": span_text(edition),
        "state_name": state_name(edition),
        "adopted_text": adopted_text(edition),
        "missing_papers": missing_papers(edition),
        "previous": comparable(edition, next(iter(editions[place + 1 :]), None)),
        "coming": next((e for e in editions[:place][::-1] if e.state == "future"), None),
        "suspended": sum(provision.is_suspended(day) for provision in provisions),
        "is_ahead": day > today,
        "on": on,
        "on_error": error,
        "is_past": not edition.in_force(today),
        "ordered_down": down,
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
        "rows": [],
        "status": _("这是草稿预览，尚未公布。"),
        "is_draft": True,
        "on": None,
        "on_error": "",
        "is_past": False,
    }
