"""Makes unsaved pages of composed texts. Reads and writes no database."""

import uuid
from dataclasses import fields

from consultations.models import ConsultationPage
from covenants.kinds import COVENANT, SLUGS
from covenants.models import CouncilPage, CovenantPage, RulePage
from home.seeding.places import Place
from home.seeding.records import Consultation, Household
from home.seeding.rules import Article, Chapter, Rule
from villages.models import GroupPage, HouseholdPage
from villages.names import group_name

NAMESPACE = uuid.UUID("6f1d3b52-0c55-4f0e-9a39-5a1f0e7c2b11")
GROUP_INTRODUCTION = "<p>示例小组：由程序生成，并非实有。</p>"


def stable_id(*parts) -> str:
    """An id that is the same whenever the same thing is composed."""
    return str(uuid.uuid5(NAMESPACE, ":".join(map(str, parts))))


def group_page(number: int) -> GroupPage:
    page = GroupPage(name=group_name(number), number=number, introduction=GROUP_INTRODUCTION)
    page.name_from_title()
    page.slug = page.address_word()
    return page


def rule_page(place: Place, rule: Rule) -> tuple[RulePage, list[dict]]:
    """The page of a rule and its articles in the form of `adoption.provision_rows`."""
    council = {"council": rule.kind} if rule.kind != COVENANT else {}
    for_, against, abstained = rule.votes
    body, rows = _body_and_rows(f"{place.key}:{rule.kind}", rule.chapters)
    page = (CouncilPage if council else CovenantPage)(
        title=rule.title,
        slug=SLUGS[rule.kind],
        preamble=rule.preamble,
        body=body,
        closing=rule.closing,
        one_minute=rule.one_minute,
        adopted_on=rule.adopted_on,
        adopted_by=rule.adopted_by,
        votes_for=for_,
        votes_against=against,
        votes_abstain=abstained,
        effective_from=rule.effective_from,
        filing_number=rule.filing_number,
        filed_on=rule.filed_on,
        **council,
    )
    return page, rows


def _body_and_rows(key: str, chapters: tuple[Chapter, ...]) -> tuple[list[dict], list[dict]]:
    body, rows = [], []
    for number, chapter in enumerate(chapters):
        articles = []
        for article in chapter.articles:
            article_id = stable_id(key, len(rows))
            articles.append(_item(article_id, _article_value(article_id, article)))
            rows.append(
                {
                    "stable_id": uuid.UUID(article_id),
                    "position": len(rows) + 1,
                    "chapter_label": chapter.label,
                    "chapter_title": chapter.title,
                    "label": article.label,
                    "text": article.text,
                    "items": [{"label": label, "text": text} for label, text in article.items],
                }
            )
        value = {"label": chapter.label, "title": chapter.title, "articles": articles}
        body.append({"type": "chapter", "id": stable_id(key, "chapter", number), "value": value})
    return body, rows


def _article_value(article_id: str, article: Article) -> dict:
    items = [
        _item(stable_id(article_id, at), {"label": label, "text": text, "items": []})
        for at, (label, text) in enumerate(article.items)
    ]
    return {"label": article.label, "inserted": False, "text": article.text, "items": items}


def _item(key: str, value: dict) -> dict:
    return {"type": "item", "id": key, "value": value}


def consultation_page(slug: str, key: str, record: Consultation) -> ConsultationPage:
    for_, against, abstained = record.votes
    statements = [{"speaker": speaker, "text": text} for speaker, text in record.statements]
    follow_ups = [
        {"date": date.isoformat(), "text": text, "by": ""} for date, text in record.follow_ups
    ]
    return ConsultationPage(
        slug=slug,
        absent=record.expected - record.present,
        statements=_stream("statement", key, statements),
        voting_method="举手表决",
        votes_for=for_,
        votes_against=against,
        votes_abstain=abstained,
        follow_ups=_stream("follow_up", key, follow_ups),
        **_as_they_are(record, but={"statements", "votes", "follow_ups", "tags"}),
    )


def _as_they_are(composed, but: set[str]) -> dict:
    """The fields that the page has under the same names."""
    names = (field.name for field in fields(composed))
    return {name: getattr(composed, name) for name in names if name not in but}


def _stream(kind: str, key: str, values: list[dict]) -> list[dict]:
    return [
        {"type": kind, "id": stable_id(key, kind, at), "value": value}
        for at, value in enumerate(values)
    ]


def household_page(slug: str, household: Household, honour_id: int) -> HouseholdPage:
    return HouseholdPage(
        slug=slug,
        honour_id=honour_id,
        consent_scope="示例，人物虚构",
        **_as_they_are(household, but={"honour", "tags"}),
    )
