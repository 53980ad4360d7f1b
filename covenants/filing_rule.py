"""From its county's go-live date on, no covenant comes into force that was not filed.

`covenants.adoption`, the only maker of editions, and `covenants.validity`, the only one that
repeals them, ask here: so no way of publishing (editor, workflow, schedule, import, command, shell)
leads past it. What may enter without filing: a text adopted before that day, declared 历史存量 by
the township, the county or an import; and what a superuser lets through for a recorded reason.
"""

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.kinds import COVENANT
from covenants.ledger_state import state_of
from covenants.ledger_words import missing_sentence
from covenants.models.edition import Edition
from covenants.models.law import GoLive
from covenants.models.procedure import Procedure
from covenants.procedure import terms
from villages.models.public import COUNTY


class Unfiled(ValidationError):
    """Raised where a text would come into force without the procedure it needs."""


@dataclass(frozen=True)
class Grounds:
    """On what an edition stands: the procedure it came by, its provenance, the values it gives.

    `values`: fields of `Edition` that the ledger knows better than the page.
    """

    provenance: str
    procedure: Procedure | None = None
    values: dict = field(default_factory=dict)


def go_live_days(paths: Iterable[str]) -> dict[str, datetime.date]:
    """{path of a county: its go-live date} of the counties of some pages; one query."""
    counties = {path[:COUNTY] for path in paths}
    rows = GoLive.objects.filter(county__path__in=counties, on__isnull=False)
    return dict(rows.values_list("county__path", "on"))


def go_live_of(page) -> datetime.date | None:
    return go_live_days([page.path]).get(page.path[:COUNTY])


def puts_off(before: datetime.date | None, on: datetime.date | None) -> bool:
    """Whether another day would let texts go unfiled that had to be filed until now."""
    begun = before is not None and before <= timezone.localdate()
    return begun and (on is None or on > before)


def _running(page) -> Procedure | None:
    """The running procedure, locked until the transaction ends."""
    locked = Procedure.objects.select_for_update().running().filter(page_id=page.pk).first()
    return locked and Procedure.objects.with_ledger().get(pk=locked.pk)


def grounds(page, digest: str, *, importing: bool = False) -> Grounds:
    """On what the page's text (known by `digest`) may become an edition. Raises Unfiled.

    A covenant needs a complete ledger from the go-live date on; whoever began a ledger, of any
    rule, goes through with it or gives it up.
    """
    procedure = _running(page)
    if procedure and procedure.override_at:
        if not procedure.override_digest:
            raise Unfiled(_("放行的时候没有记下是哪一份文本。请系统管理员看过正文，重新放行。"))
        if procedure.override_digest != digest:
            raise Unfiled(
                _("放行以后正文又改过，和放行的不是同一份。请改回去，或者请系统管理员重新放行。")
            )
        return Grounds(Edition.OVERRIDE, procedure, _dates(page, procedure))
    if procedure and procedure.legacy_at is None and procedure.kind != terms.REPEALING:
        return _by_ledger(page, procedure, digest)
    day = _filing_since(page)
    declared = importing or (procedure is not None and procedure.legacy_at is not None)
    _refuse_unfiled(page, day, declared=declared)
    _refuse_late(page, day, procedure)
    own = procedure if procedure and procedure.kind != terms.REPEALING else None
    return Grounds(Edition.LEGACY, own)


def adopts_anew(page, ended: Edition) -> bool:
    """Whether a running ledger voted for the same words after their edition had ended."""
    voted = {"page_id": page.pk, "vote__on__gte": ended.ended_on}
    return Procedure.objects.running().filter(**voted).exclude(kind=terms.REPEALING).exists()


def check_first(pages) -> None:
    """Refuse new pages of an import whose text was adopted after go-live. Raises Unfiled."""
    covenants = [page for page in pages if page.kind == COVENANT]
    days = go_live_days(page.path for page in covenants)
    if not days:
        return
    for page in covenants:
        day = days.get(page.path[:COUNTY])
        if day:
            _refuse_unfiled(page, day, declared=True)


def _filing_since(page) -> datetime.date | None:
    """The go-live date that binds the page, None where none does."""
    return go_live_of(page) if page.kind == COVENANT else None


def _refuse_unfiled(page, day: datetime.date | None, *, declared: bool) -> None:
    """`day`: the county's go-live date. `declared`: as a text adopted before it."""
    if day is None:
        return
    first, last = _adoption(page)
    if first is None or first >= day:
        raise Unfiled(
            _(
                "%(day)s以后通过的村规民约，要先备案才能施行。请在“订立程序”里按步骤登记，"
                "由乡镇（街道）备案。"
            )
            % {"day": day.isoformat()}
        )
    if last >= day:
        raise Unfiled(
            _(
                "通过日期没有写到日，看不出是不是在%(day)s以前。请写明是哪一天；"
                "那天以后通过的，要先备案。"
            )
            % {"day": day.isoformat()}
        )
    if not declared and timezone.localdate() >= day:
        raise Unfiled(
            _(
                "%(day)s以前通过的老文本，要由乡镇（街道）或者县里在“订立程序”里认定为历史存量，"
                "才能发布。"
            )
            % {"day": day.isoformat()}
        )


def _adoption(page) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last day on which a text may have been adopted, as exactly as is known.

    One of which nobody knows the day was adopted at the latest when it came into force.
    """
    day = page.adopted_on
    if day is None or page.adopted_precision == Edition.UNKNOWN:
        day = page.effective_from or day
    elif page.adopted_precision == Edition.YEAR:
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    elif page.adopted_precision == Edition.MONTH:
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day, day


def _refuse_late(page, day: datetime.date | None, procedure: Procedure | None) -> None:
    """No text is one from before the go-live date that was voted on since, or that would replace
    one adopted since. Raises Unfiled."""
    if day is None:
        return
    vote = procedure and procedure.entry(terms.VOTE)
    if vote and vote.on >= day and procedure.kind != terms.REPEALING:
        raise Unfiled(
            _(
                "台账里登记了%(voted)s的表决，在%(day)s以后，不是历史存量。请按步骤备案；"
                "和这份文本无关的台账，请先停办。"
            )
            % {"voted": vote.on.isoformat(), "day": day.isoformat()}
        )
    if page.editions.filter(adopted_on__gte=day).exists():
        raise Unfiled(
            _("这里已经有%(day)s以后通过的文本，更早的老文本不能接在它后面施行。")
            % {"day": day.isoformat()}
        )


def _by_ledger(page, procedure: Procedure, digest: str) -> Grounds:
    state = state_of(page, procedure)
    if not state.is_complete:
        raise Unfiled(missing_sentence(state))
    if procedure.entry(terms.VOTE).digest != digest:
        if procedure.entry(terms.FILING):
            raise Unfiled(
                _(
                    "备案以后正文又改过，和备案的不是同一份。请改回备案的文本；"
                    "要用新的文本，请停办以后重新走程序。"
                )
            )
        raise Unfiled(
            _("表决以后正文又改过，和表决的不是同一份。请改回表决的文本，或者重新审查、表决。")
        )
    return Grounds(Edition.ADOPTED, procedure, _dates(page, procedure) | papers(procedure))


def _dates(page, procedure: Procedure) -> dict:
    """In force from the day that was set, but never before the vote or the filing."""
    vote, filing = procedure.entry(terms.VOTE), procedure.entry(terms.FILING)
    if vote is None:
        return {}
    days = [vote.on, page.effective_from or vote.on, filing.on if filing else vote.on]
    return {
        "adopted_on": vote.on,
        "adopted_precision": Edition.DAY,
        "effective_from": max(days),
    }


def papers(procedure: Procedure) -> dict:
    """What the ledger says of vote and filing, as fields of `Edition`."""
    vote, filing = procedure.entry(terms.VOTE), procedure.entry(terms.FILING)
    found = {}
    if vote:
        found = {
            "adopted_by": vote.get_meeting_display(),
            "votes_for": vote.votes_for,
            "votes_against": vote.votes_against,
            "votes_abstain": vote.votes_abstain,
        }
    if filing:
        found |= {"filing_number": filing.number, "filed_on": filing.on}
    return found


def close(procedure: Procedure | None, **outcome) -> None:
    """Note what came of a procedure: `edition` made, or `ends` the edition it repealed."""
    if procedure is None:
        return
    for name, value in outcome.items():
        setattr(procedure, name, value)
    procedure.closed_at = timezone.now()
    procedure.version += 1
    procedure.save(update_fields=["closed_at", "version", *outcome])


def repeal(edition: Edition, on: datetime.date) -> Procedure | None:
    """The procedure by which an edition may be repealed on a day, None where none is needed.

    Raises Unfiled. Ordering a text to end (责令改正) asks nothing of this.
    """
    page = edition.page.specific
    procedure = _running(page)
    if procedure and procedure.kind == terms.REPEALING:
        if procedure.override_at:
            return procedure
        state = state_of(page, procedure)
        if not state.is_complete:
            raise Unfiled(missing_sentence(state))
        filing = procedure.entry(terms.FILING)
        if filing and on < filing.on:
            raise Unfiled(
                _("废止自备案之日（%s）起才算数，请填这一天或以后的日期。") % filing.on.isoformat()
            )
        return procedure
    day = _filing_since(page)
    if day and timezone.localdate() >= day:
        raise Unfiled(
            _(
                "废止村规民约也要表决和备案。请先在“订立程序”里登记废止。"
                "上级责令改正的，请选“责令改正”。"
            )
        )
    return None


def forget_repeal(edition: Edition) -> None:
    """A repeal that is taken back ended nothing; its ledger stays closed, as what was done."""
    Procedure.objects.filter(ends=edition).update(ends=None)


def comes_by_ledger(page, path: str = "") -> bool:
    """Whether the page's next text takes its days from a ledger, begun or to be begun.

    `path`: where a page not yet in the tree will stand.
    """
    if page.pk and Procedure.objects.running().filter(page_id=page.pk, legacy_at=None).exists():
        return True
    return begins_a_ledger(page.kind, path or page.path)


def begins_a_ledger(kind: str, path: str) -> bool:
    """Whether a new text of this kind, at this place of the tree, needs a ledger from today on."""
    day = go_live_days([path]).get(path[:COUNTY]) if kind == COVENANT else None
    return bool(day and timezone.localdate() >= day)
