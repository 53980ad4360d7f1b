"""Rows beside a rule's text that quote its words: what becomes of them when words are covered."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import CharField, QuerySet, TextField

from covenants import hint_reading
from covenants.limit_proposals import digest_of
from covenants.models.edition import Edition, Provision
from covenants.models.following import DifferingArticle
from covenants.models.hint import Hint, HintAnswer, HintReading
from covenants.models.limit import Limit
from covenants.models.procedure import Procedure
from covenants.redaction import cover, moved
from villages.places import path_range


def keep_limits(edition: Edition, row: Provision, plain: str, words: str) -> None:
    """Limits of an article keep their place; one whose own words were covered goes."""
    for limit in Limit.objects.filter(edition=edition, stable_id=row.stable_id):
        start, end = moved(limit.start, plain, words), moved(limit.end, plain, words)
        if start is None or end is None or words in plain[limit.start : limit.end]:
            limit.delete()
            continue
        limit.start, limit.end, limit.text_digest = start, end, digest_of(row)
        limit.clause = cover(limit.clause, words, Limit._meta.get_field("clause").max_length)
        limit.save(update_fields=["start", "end", "text_digest", "clause"])


def cover_quotations(page, words: str, articles: Iterable) -> None:
    """What groups that follow quote of these articles (stable ids) of the village's."""
    rows = DifferingArticle.objects.filter(
        stable_id__in=list(articles),
        following__group__path__range=path_range(page.path[: -page.steplen]),
        village_text__contains=words,
    )
    for row in rows:
        covered = cover(row.village_text, words)
        DifferingArticle.objects.filter(pk=row.pk).redact(village_text=covered)


def cover_hints(page, words: str, clauses: dict[str, str]) -> None:
    """Hints are looked for again; answers stay with their clause. `clauses`: {before: after}."""
    Hint.objects.filter(edition__page_id=page.pk).delete()
    HintReading.objects.filter(edition__page_id=page.pk).delete()
    now = {
        hint_reading.digest_of(before): hint_reading.digest_of(after)
        for before, after in clauses.items()
    }
    for row in HintAnswer.objects.filter(page_id=page.pk):
        HintAnswer.objects.filter(pk=row.pk).update(
            digest=now.get(row.digest, row.digest),
            **{name: _covered(row, name, words) for name in ("match", "reason", "label")},
        )


def _covered(row, name: str, words: str) -> str:
    return cover(getattr(row, name), words, row._meta.get_field(name).max_length)


def ledger_texts(page) -> Iterator[str]:
    """What was written in the ledger of a rule's procedures."""
    for row, names in _ledger_rows(page):
        for name in names:
            yield getattr(row, name)


def cover_ledger(page, words: str) -> None:
    for row, names in _ledger_rows(page):
        covered = {name: _covered(row, name, words) for name in names}
        changed = {name: text for name, text in covered.items() if text != getattr(row, name)}
        if changed:
            QuerySet(type(row)).filter(pk=row.pk).update(**changed)


def _ledger_rows(page) -> Iterator[tuple]:
    """(row, names of its free texts) of the procedures and of what stands in them."""
    for model in apps.get_app_config("covenants").get_models():
        fields = {field.name: field for field in model._meta.concrete_fields}
        owner = fields.get("procedure")
        if model is Procedure:
            rows = model.objects.filter(page_id=page.pk)
        elif owner is not None and owner.related_model is Procedure:
            rows = QuerySet(model).filter(procedure__page_id=page.pk)
        else:
            continue
        names = [
            name
            for name, field in fields.items()
            if type(field) in (CharField, TextField) and not field.choices and name != "digest"
        ]
        for row in rows:
            yield row, names
