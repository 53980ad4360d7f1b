"""The legality hints of a rule's working text and what people answer to them.

Hints are for a human reviewer and no verdict. Approving asks `obstacles`: every red and amber hit
needs an answer to the words as they stand. `covenants.hint_reading` keeps those of editions.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue
from wagtail.log_actions import log

from covenants.adoption import provision_rows
from covenants.hint_book import book_for
from covenants.hint_reading import Clause, clauses_of, read
from covenants.legality import AMBER, RED, Hit, Rule
from covenants.models.hint import REASON_MAX, HintAnswer, hit_key
from covenants.models.hint import Hint as HintRow
from editorial import review
from safety.streams import check_content
from safety.written import is_written

SERIOUS = (RED, AMBER)
NAMED = 5
"""Clauses named to a reviewer who cannot approve yet."""


class AnswerRefused(Exception):
    """An answer that cannot be taken; the message tells the person why."""


@dataclass(frozen=True)
class Hint:
    """What one rule found in one clause of the working text.

    `hits` stand in the clause's plain text. `answer` is the last answer to these words, `proposal`
    the last suggestion of an editor since; either may be None.
    """

    clause: Clause
    rule: Rule
    level: str
    hits: Sequence[Hit]
    match: str
    ground: str
    answer: HintAnswer | None = None
    proposal: HintAnswer | None = None

    @property
    def key(self) -> str:
        """Names the hit and the words it is about, for forms."""
        return hit_key(self.clause.stable_id, self.rule.key, self.clause.digest)

    @property
    def is_open(self) -> bool:
        """Whether it still needs an answer before the text may be approved."""
        return self.level in SERIOUS and not (self.answer and self.answer.closes)

    @property
    def segments(self) -> list[tuple[str, bool]]:
        """(text, whether it was hit) of the clause's plain text."""
        plain, found, place = self.clause.plain, [], 0
        for hit in self.hits:
            if hit.start >= place:
                found += [(plain[place : hit.start], False), (plain[hit.start : hit.end], True)]
                place = hit.end
        return [segment for segment in [*found, (plain[place:], False)] if segment[0]]

    @property
    def title(self) -> str:
        """第三条“罚款五十元”（罚款）."""
        values = {"label": self.clause.label, "match": self.match, "rule": self.rule.name}
        return _("%(label)s“%(match)s”（%(rule)s）") % values


@dataclass(frozen=True)
class WorkingText:
    """What hints are looked for in, of a rule's newest revision."""

    body: StreamValue
    preamble: str
    closing: str
    adopted_by: str


def working_text(page):
    """The rule's text as last saved, published or not: the page itself, or a `WorkingText`.

    The page is not made of its revision, which costs more than reading it for hints. Raises
    BadStream (a ValidationError), as the page would.
    """
    if not page.latest_revision_id:
        return page.specific
    content, model = page.latest_revision.content, page.specific_class
    check_content(model, content)
    texts = {name: content.get(name) or "" for name in ("preamble", "closing", "adopted_by")}
    return WorkingText(model._meta.get_field("body").to_python(content["body"]), **texts)


def hints_for(page) -> list[Hint]:
    """The hints of a rule's working text in its order; a fixed number of queries."""
    return hints_in(working_text(page), page)


def hints_in(text, page) -> list[Hint]:
    """The hints of a text of the page: a `WorkingText`, or the page as an editor has it open."""
    clauses = clauses_of(provision_rows(text.body), text.preamble, text.closing)
    return hints_of(clauses, text.adopted_by, page)


def hints_of(clauses: Sequence[Clause], adopted_by: str, page) -> list[Hint]:
    """The hints of clauses that an editor of the page has before them, saved or not."""
    book, today = book_for(page.path), timezone.localdate()
    found = read(clauses, adopted_by, getattr(page.specific_class, "kind", ""), book=book)
    answers, proposals = _given(page.pk) if found else ({}, {})
    made = []
    for one in found:
        rule, key = book.by_key[one.rule], (one.clause.stable_id, one.rule, one.clause.digest)
        answer, proposal = answers.get(key), proposals.get(key)
        if answer and proposal and proposal.pk < answer.pk:
            proposal = None
        ground = rule.ground_on(today)
        made.append(
            Hint(one.clause, rule, one.level, one.hits, one.match, ground, answer, proposal)
        )
    return made


def _given(page_id) -> tuple[dict, dict]:
    """({(stable id, rule, digest): the last answer}, the same of proposals) about a page."""
    answers: dict[tuple, HintAnswer] = {}
    proposals: dict[tuple, HintAnswer] = {}
    for row in HintAnswer.objects.filter(page_id=page_id).order_by("pk"):
        (proposals if row.proposed else answers)[row.stable_id, row.rule, row.digest] = row
    return answers, proposals


def open_hits(page) -> list[Hint]:
    """The hints of the working text that still need an answer."""
    return [hint for hint in hints_for(page) if hint.is_open]


def obstacles(page) -> list[str]:
    """Why the working text may not be approved yet, the clauses linked; empty when it may."""
    waiting = open_hits(page)
    if not waiting:
        return []
    screen = reverse("covenants_hints", args=[page.pk])
    links = ((f"{screen}#hint-{hint.key}", hint.title) for hint in waiting[:NAMED])
    named = format_html_join("、", '<a href="{}">{}</a>', links)
    if len(waiting) > NAMED:
        named = format_html(_("{}等"), named)
    told = _(
        "有{count}处合法性提示还没有答复：{clauses}。请在“合法性提示”里逐处答复"
        "（保留、已请司法所看），或者退回修改。"
    )
    return [format_html(told, count=len(waiting), clauses=named)]


def may_answer(user, page) -> bool:
    """Whether `user` decides on hints: who may review the text, or override as its author."""
    return review.may_review(user, page) or review.may_override(user, page)


def may_propose(user, page) -> bool:
    """Whether `user` may suggest a reason: who may edit the text."""
    return page.permissions_for_user(user).can_edit()


@transaction.atomic
def answer(page, key: str, kind: str, reason: str, *, by) -> HintAnswer:
    """Record an answer, or an editor's proposal, to one hit. Raises AnswerRefused.

    The words are read again: an answer to words that changed meanwhile counts for nothing.
    """
    decides = may_answer(by, page)
    if not decides and not may_propose(by, page):
        raise AnswerRefused(_("您不能答复这份文本的提示。"))
    if kind not in dict(HintAnswer._meta.get_field("kind").choices):
        raise AnswerRefused(_("请选择怎样答复。"))
    if not is_written(reason):
        raise AnswerRefused(_("请写明理由：为什么可以这样写，或者请怎样改。"))
    hint = next((hint for hint in hints_for(page) if hint.key == key), None)
    if hint is None:
        raise AnswerRefused(_("这一条刚刚有改动，请看过现在的文字再答复。"))
    made = HintAnswer.objects.create(
        page_id=page.pk,
        stable_id=hint.clause.stable_id,
        label=hint.clause.label,
        rule=hint.rule.key,
        digest=hint.clause.digest,
        match=hint.match,
        kind=kind,
        proposed=not decides,
        reason=reason.strip()[:REASON_MAX],
        by=by,
    )
    if decides:
        # The same words may stand in the edition in force.
        HintRow.objects.filter(
            edition__page_id=page.pk,
            stable_id=made.stable_id,
            rule=made.rule,
            digest=made.digest,
        ).update(answer=made)
    data = {"clause": hint.title, "kind": made.get_kind_display(), "reason": made.reason}
    action = "covenants.hint_answer" if decides else "covenants.hint_propose"
    log(instance=page, action=action, user=by, data=data)
    return made


@dataclass(frozen=True)
class Rewritten:
    """A demand to rewrite a clause, and whether that was done: its words are others now."""

    answer: HintAnswer
    done: bool


def demands(page, hints: Sequence[Hint]) -> list[Rewritten]:
    """What reviewers asked to be rewritten in the text worked on, with what became of it."""
    rows = HintAnswer.objects.filter(
        page_id=page.pk, edition=None, proposed=False, kind=HintAnswer.REWRITE
    ).select_related("by")
    standing = {(hint.clause.stable_id, hint.rule.key, hint.clause.digest) for hint in hints}
    return [Rewritten(row, (row.stable_id, row.rule, row.digest) not in standing) for row in rows]


def clause_from(stable_id: str, label: str, lines: Sequence[str]) -> Clause:
    """A clause as the block editor holds it: its text, then its items, one line each."""
    first, *rest = list(lines) or [""]
    items = [{"label": "", "text": line} for line in rest]
    return Clause(uuid.UUID(stable_id), label, first, items)
