"""What is wrong with the days of a stage in the ledger: fields of its form and sentences."""

from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.adoption import EARLIEST, LONGEST_WAIT
from covenants.ledger_state import LedgerState
from covenants.ledger_words import disorder_words
from covenants.models.edition import Edition
from covenants.procedure import terms

_FIRST_DAY = {terms.OPINIONS: "begins", terms.NOTICE: "begins"}


def day_faults(entry, stage, procedure, profile, *, is_new: bool) -> dict[str, list[str]]:
    """Days that cannot be: in the future, before 1949, out of order, too short a period."""
    found: dict[str, list[str]] = {}
    today, first = timezone.localdate(), _FIRST_DAY.get(stage, "on")
    last_allowed = today if first == "on" else today + LONGEST_WAIT
    if not EARLIEST <= entry.span.begins <= last_allowed:
        found[first] = [_("日期应在1949年以后、今天以前，请核对年份。")]
    if first == "begins":
        if entry.ends < entry.begins:
            found["ends"] = [_("结束的日期不能早于开始的日期。")]
        elif is_new and entry.days < profile.notice_days:
            found["ends"] = [
                _("至少要 %(least)d 天，现在是 %(days)d 天。")
                % {"least": profile.notice_days, "days": entry.days}
            ]
    state = LedgerState(procedure, profile, [])
    told = [d for d in state.disorders if stage in (d.earlier, d.later)]
    if told:
        found.setdefault(first, []).extend(disorder_words(disorder) for disorder in told)
    edition = procedure.edition
    if stage == terms.VOTE and edition and edition.adopted_on:
        exact = edition.adopted_precision == Edition.DAY
        if exact and entry.on != edition.adopted_on:
            day = edition.adopted_on.isoformat()
            found.setdefault("on", []).append(_("这一版登记的通过日期是 %s，请核对。") % day)
    return found
