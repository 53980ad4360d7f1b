"""The ledger as readers see it: what happened when, in words; names only as bodies and roles.

Never here: sign-in sheets and minutes, opinion documents, residents' letters, who typed what.
"""

import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.kinds import COVENANT, rule_name
from covenants.ledger_state import counts, law_figures, law_findings
from covenants.ledger_words import MEETING_NAMES, STAGE_NAMES
from covenants.models.edition import Edition
from covenants.models.entry import LegalityReview
from covenants.models.procedure import Procedure
from covenants.procedure import terms
from covenants.reading import adopted_text, day_text
from villages.models import AreaPage
from villages.models.public import GROUP
from villages.places import path_range


class Ledgers(NamedTuple):
    """The procedures a reader of an edition is told of; each may be None."""

    made: Procedure | None
    running: Procedure | None
    repeal: Procedure | None


def ledgers_of(page, edition: Edition | None) -> Ledgers:
    """By what an edition came, what is under way, by what it was repealed; one query."""
    wanted = Q(closed_at__isnull=True)
    if edition:
        wanted |= Q(edition=edition) | Q(ends=edition)
    made = running = repeal = None
    for procedure in Procedure.objects.with_ledger().filter(wanted, page_id=page.pk):
        if procedure.is_running:
            running = procedure
        elif procedure.kind == terms.REPEALING:
            repeal = procedure if edition.ended_reason == Edition.REPEALED else None
        else:
            made = procedure
    return Ledgers(made, running, repeal)


def timeline(procedure: Procedure | None, edition: Edition | None = None) -> list[dict]:
    """[{"stage","name","when","lines"}] in order; `lines` are sentences.

    Of an edition without a ledger what its own record says of vote and filing.
    """
    if procedure is None:
        return _from_edition(edition) if edition else []
    rows = []
    for stage, entry in procedure.entries.items():
        lines = _LINES[stage](entry)
        rows.append(
            {
                "stage": stage,
                "name": STAGE_NAMES[stage],
                "when": _when(entry.span),
                "lines": [line for line in lines if line],
            }
        )
    if procedure.village_id and rows:
        rows[0]["lines"].insert(0, _("小组的规约，由%s确认。") % procedure.village.title)
    return rows


def _when(span) -> str:
    if span.begins == span.ends:
        return day_text(span.begins)
    return _("%(since)s至%(until)s") % {
        "since": day_text(span.begins),
        "until": day_text(span.ends),
    }


def _row(stage, when, *lines) -> dict:
    return {"stage": stage, "name": STAGE_NAMES[stage], "when": when, "lines": lines}


def _from_edition(edition: Edition) -> list[dict]:
    rows = []
    if edition.adopted_on or edition.adopted_by:
        lines = [_("会议：%s。") % edition.adopted_by] if edition.adopted_by else []
        if edition.votes_for is not None:
            counts = (edition.votes_for, edition.votes_against or 0, edition.votes_abstain or 0)
            lines.append(_votes(*counts))
        rows.append(_row(terms.VOTE, adopted_text(edition), *lines))
    if edition.filing_number or edition.filed_on:
        number = [_("备案号：%s。") % edition.filing_number] if edition.filing_number else []
        when = day_text(edition.filed_on) if edition.filed_on else _("日期不详")
        rows.append(_row(terms.FILING, when, *number))
    return rows


def _votes(in_favour, against, abstained) -> str:
    return _("赞成 %(a)d 票，反对 %(b)d 票，弃权 %(c)d 票。") % {
        "a": in_favour,
        "b": against,
        "c": abstained,
    }


def _opinions(entry) -> list[str]:
    lines = [entry.about]
    if entry.counted is not None:
        lines.append(_("收到 %d 条意见。") % entry.counted)
    if entry.taken is not None:
        lines.append(_("采纳 %d 条。") % entry.taken)
    lines += [_("意见归纳：%s") % entry.summary if entry.summary else ""]
    lines += [_("答复：%s") % entry.answer if entry.answer else ""]
    return lines


def _review(entry) -> list[str]:
    lines = [_earlier_review(row) for row in entry.earlier]
    lines.append(_("审查：%s。") % entry.by)
    lines.append(_("结果：%s。") % entry.get_result_display())
    if entry.document:
        lines.append(_("意见书：%s。") % entry.document)
    return lines


def _earlier_review(row) -> str:
    result = dict(LegalityReview._meta.get_field("result").choices)[row["result"]]
    day = day_text(datetime.date.fromisoformat(row["on"]))
    return _("此前（%(day)s）：%(result)s。") % {"day": day, "result": result}


def _vote(entry) -> list[str]:
    lines = [_earlier_vote(row) for row in entry.earlier]
    lines.append(_("会议：%s。") % entry.get_meeting_display())
    values = {"expected": entry.expected, "present": entry.present}
    lines.append(_("应到 %(expected)d 人，到会 %(present)d 人。") % values)
    if entry.women is not None:
        lines.append(_("其中妇女 %d 人。") % entry.women)
    lines.append(_votes(entry.votes_for, entry.votes_against, entry.votes_abstain))
    if entry.explanation:
        lines.append(_("说明：%s") % entry.explanation)
    return lines


def _earlier_vote(row) -> str:
    return _(
        "此前（%(day)s）%(meeting)s没有通过：到会 %(present)d 人，赞成 %(votes_for)d 票，"
        "反对 %(votes_against)d 票，弃权 %(votes_abstain)d 票。"
    ) % {
        **row,
        "day": day_text(datetime.date.fromisoformat(row["on"])),
        "meeting": MEETING_NAMES.get(row["meeting"], row["meeting"]),
    }


def _notice(entry) -> list[str]:
    lines = [_("地点：%s。") % entry.where]
    lines.append(_("收到 %d 条异议。") % entry.objections if entry.objections else _("没有异议。"))
    return [*lines, _("处理：%s") % entry.answer if entry.answer else ""]


def _filing(entry) -> list[str]:
    lines = [_("备案号：%s。") % entry.number, _("备案：%s。") % entry.by]
    return [*lines, _("和村里的规约一起备案。") if entry.with_village else ""]


_LINES = {
    terms.OPINIONS: _opinions,
    terms.DRAFT: lambda entry: [_("拟定：%s。") % entry.by],
    terms.REVIEW: _review,
    terms.VOTE: _vote,
    terms.BACKING: lambda entry: [_("确认：%s。") % entry.by],
    terms.NOTICE: _notice,
    terms.FILING: _filing,
    terms.PUBLICATION: lambda entry: [_("地点：%s。") % entry.where],
}


def under_way(page, procedure: Procedure | None) -> dict:
    """What readers are told of a running procedure, never its text.

    {"pending": sentence (已表决，待备案) or "", "opinions": the period in which opinions are asked
    for, while it is open, or None; "objections": the same of the public notice}.
    """
    if procedure is None:
        return {"pending": "", "opinions": None, "objections": None}
    covenant = page.kind == COVENANT
    pending = pending_sentence(procedure, law_figures()) if covenant and _waits(procedure) else ""
    return {
        "pending": pending,
        "opinions": _open(procedure, terms.OPINIONS),
        "objections": _open(procedure, terms.NOTICE),
    }


def _open(procedure: Procedure, stage: str):
    """The entry of a stage while residents can write on the web, or None."""
    entry = procedure.entry(stage)
    return entry if entry and entry.takes_letters(timezone.localdate()) else None


def _waits(procedure: Procedure) -> bool:
    return bool(procedure.entry(terms.VOTE)) and not procedure.entry(terms.FILING)


def pending_sentence(procedure: Procedure, figures_of_law) -> str:
    """新文本已表决，待备案; empty where the vote adopted nothing, or it is filed."""
    if not _waits(procedure):
        return ""
    if not counts(law_findings(procedure.entry(terms.VOTE), figures_of_law)):
        return ""
    vote = procedure.entry(terms.VOTE)
    values = {
        "day": day_text(vote.on),
        "meeting": vote.get_meeting_display(),
        "votes": _votes(vote.votes_for, vote.votes_against, vote.votes_abstain),
    }
    if procedure.kind == terms.REPEALING:
        return (
            _("已表决废止，待备案：%(day)s由%(meeting)s表决，%(votes)s备案以前照旧施行。") % values
        )
    return (
        _("新文本已表决，待备案：%(day)s由%(meeting)s表决通过，%(votes)s备案以前不施行。") % values
    )


def under_way_below(village) -> list[dict]:
    """What is told of covenants being made in a village and its groups, public or not yet.

    [{"name","sentence","opinions"}]: what the text is called; 已表决，待备案, or the period that is
    open. One query where there is nothing to tell, else two.
    """
    today = timezone.localdate()
    voted = Q(vote__isnull=False, filing__isnull=True)
    asked = Q(opinions__form_open=True, opinions__begins__lte=today, opinions__ends__gte=today)
    group = AreaPage.objects.filter(path=Substr(OuterRef("page__path"), 1, GROUP))
    running = list(
        Procedure.objects.running()
        .select_related("page", *terms.STAGES)
        .filter(voted | asked, page__covenantpage__isnull=False)
        .filter(page__path__range=path_range(village.path))
        .annotate(group_title=Subquery(group.values("title")[:1]))
        .order_by("page__depth", "page__path")
    )
    known = law_figures() if running else []
    name = rule_name(COVENANT, community=village.is_community)
    rows = []
    for procedure in running:
        sentence, period = pending_sentence(procedure, known), _open(procedure, terms.OPINIONS)
        if sentence or period:
            rows.append(
                {
                    "name": f"{procedure.group_title or ''}{name}",
                    "sentence": sentence,
                    "opinions": period,
                }
            )
    return rows
