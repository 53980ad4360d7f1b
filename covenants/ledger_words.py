"""What the ledger's findings say, in sentences with their numbers."""

from django.utils.translation import gettext as _

from covenants.models.law import MEETINGS, STAGES
from covenants.procedure import terms
from covenants.procedure.figures import BLOCKS, CONFIRM, SHORTFALLS, Finding, Share

STAGE_NAMES = dict(STAGES)
MEETING_NAMES = dict(MEETINGS)


def share_words(share: Share) -> str:
    """半数 is said of one half; 三分之二 of two thirds."""
    if (share.numerator, share.denominator) == (1, 2):
        return _("半数")
    digits = "零一二三四五六七八九十"
    parts = (share.denominator, share.numerator)
    if max(parts) < len(digits):
        return _("%(below)s分之%(above)s") % {
            "below": digits[share.denominator],
            "above": digits[share.numerator],
        }
    return f"{share.numerator}/{share.denominator}"


def finding_words(finding: Finding) -> str:
    """One sentence: what was found, with the numbers, and what the law asks."""
    values = dict(finding.values)
    figure = finding.figure
    if figure:
        values |= {"quorum": share_words(figure.quorum), "passing": share_words(figure.passing)}
        values["women_share"] = share_words(figure.women) if figure.women else ""
        values["law"] = source_words(figure)
    if "meeting" in values:
        values["meeting"] = MEETING_NAMES.get(values["meeting"], values["meeting"])
    sentence = _SENTENCES[_variant(finding)]() % values
    if finding.weight == CONFIRM and figure and not figure.verified and finding.code in SHORTFALLS:
        sentence += _("这条法定数还没有和现行法律核对，请审核员确认。")
    return sentence


def _variant(finding: Finding) -> str:
    """没有过半数 reads otherwise than 不足三分之二."""
    figure, code = finding.figure, finding.code
    if code == "no_quorum" and figure.quorum.above:
        return "no_quorum_above"
    if code in ("no_majority", "no_majority_of_all") and not figure.passing.above:
        return f"{code}_at_least"
    return code


_SENTENCES = {
    "votes_above_present": lambda: _(
        "赞成、反对、弃权共 %(cast)d 票，比到会的 %(present)d 人还多。"
    ),
    "votes_below_present": lambda: _(
        "到会 %(present)d 人，赞成、反对、弃权共 %(cast)d 票，对不上。"
        "请核对，或者在“票数说明”里写明缘由。"
    ),
    "present_above_expected": lambda: _("到会 %(present)d 人，比应到的 %(expected)d 人还多。"),
    "present_above_eligible": lambda: _("到会 %(present)d 人，比有表决权的 %(eligible)d 人还多。"),
    "expected_above_eligible": lambda: _(
        "应到 %(expected)d 人，比有表决权的 %(eligible)d 人还多。"
    ),
    "women_above_present": lambda: _("到会妇女 %(women)d 人，比到会的 %(present)d 人还多。"),
    "notified_after_meeting": lambda: _("通知的日期在开会以后，请核对。"),
    "no_figure": lambda: _("没有登记这一天、这种会议的法定数，没法核对人数。请审核员确认。"),
    "no_expected": lambda: _("没有写应到多少人，没法核对到会人数。"),
    "no_quorum_above": lambda: _(
        "到会 %(present)d 人，未过应到 %(expected)d 人的%(quorum)s，"
        "至少要到 %(least)d 人（%(law)s）。"
    ),
    "no_quorum": lambda: _(
        "到会 %(present)d 人，不足应到 %(expected)d 人的%(quorum)s，"
        "至少要到 %(least)d 人（%(law)s）。"
    ),
    "no_majority": lambda: _(
        "赞成 %(votes_for)d 票，未过到会 %(voters)d 人的%(passing)s，"
        "至少要 %(least)d 票（%(law)s）。"
    ),
    "no_majority_at_least": lambda: _(
        "赞成 %(votes_for)d 票，不足到会 %(voters)d 人的%(passing)s，"
        "至少要 %(least)d 票（%(law)s）。"
    ),
    "no_majority_of_all": lambda: _(
        "赞成 %(votes_for)d 票，未过应到 %(voters)d 人的%(passing)s，"
        "至少要 %(least)d 票（%(law)s）。"
    ),
    "no_majority_of_all_at_least": lambda: _(
        "赞成 %(votes_for)d 票，不足应到 %(voters)d 人的%(passing)s，"
        "至少要 %(least)d 票（%(law)s）。"
    ),
    "short_notice": lambda: _("开会前 %(days)d 天才通知，应提前 %(asked)d 天（%(law)s）。"),
    "few_women": lambda: _(
        "到会妇女 %(women)d 人，不足到会 %(present)d 人的%(women_share)s（%(least)d 人）。"
    ),
    "unverified": lambda: _("人数合乎%(law)s，但这条法定数还没有和现行法律核对，请审核员确认。"),
    "voted_down": lambda: _("赞成 %(votes_for)d 票，不比反对的 %(votes_against)d 票多，没有通过。"),
    "other_meeting": lambda: _("这种规约不由%(meeting)s通过，请由有权的会议表决。"),
    "meeting_not_apt": lambda: _(
        "%(meeting)s一般不宜通过这种规约（有的省不允许），请考虑召开全体会议；照样可以登记。"
    ),
}


def source_words(figure) -> str:
    """《村民委员会组织法》（2018年修正）第二十八条."""
    return f"《{figure.law}》（{figure.version}）{figure.article}"


def stage_list(stages) -> str:
    return "、".join(str(STAGE_NAMES[stage]) for stage in stages)


def disorder_words(disorder) -> str:
    return _("“%(later)s”（%(begins)s）早于“%(earlier)s”结束（%(ends)s），请核对日期。") % {
        "later": STAGE_NAMES[disorder.later],
        "earlier": STAGE_NAMES[disorder.earlier],
        "begins": disorder.later_begins.isoformat(),
        "ends": disorder.earlier_ends.isoformat(),
    }


def faults(state) -> list[str]:
    """Sentences on all that keeps a procedure from being complete."""
    told = [finding_words(f) for f in state.law_findings if f.weight == BLOCKS]
    if state.to_confirm:
        told.append(_("表决的人数要由乡镇（街道）审核员确认。"))
    told += [disorder_words(disorder) for disorder in state.disorders]
    if state.changed_since_review:
        told.append(_("合法性审查以后正文又改过，请重新送审。"))
    missing = [s for s in state.missing if s not in state.done]
    if missing:
        told.append(_("还没有登记：%s。") % stage_list(missing))
    waiting = [s for s in state.missing if s in state.done and s != terms.VOTE]
    if waiting:
        told.append(_("还没有办完：%s。") % stage_list(waiting))
    return told


def missing_sentence(state) -> str:
    """Why a text cannot come into force by its ledger."""
    return " ".join([_("订立程序还没有走完，不能施行。"), *faults(state)])
