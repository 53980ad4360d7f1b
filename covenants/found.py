"""What search says of a rule it found: since when it holds, the number its article sets."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.adoption import shown_of
from covenants.limit_table import figure
from covenants.models import Edition, Limit, Provision
from covenants.models.limit import split_words
from covenants.reading import day_text
from search.hit_facts import Figure, HitFacts, QuestionWords

MOST_FIGURES = 3
"""An article that sets more is a table of its own: no one number answers."""

LONGEST_WAIVER = 10
"""Code points of an article's words (不收礼金) that are shown as if they were a number."""


def hit_facts(
    anchors: Mapping[int, str], best: int | None, question: QuestionWords
) -> dict[int, HitFacts]:
    """`search.hit_facts.FactsSource` of rules; at most three queries."""
    editions = _shown_editions(anchors)
    if not editions:
        return {}
    suspended = _suspended(editions.values())
    found = {}
    for pk, edition in editions.items():
        is_suspended = (edition.pk, anchors[pk]) in suspended
        figures = ()
        if pk == best and edition.state == "current" and not is_suspended:
            figures = _figures(edition, anchors[pk], question)
        found[pk] = HitFacts(_since(edition), is_suspended, figures)
    return found


def _shown_editions(pks) -> dict[int, Edition]:
    by_page = defaultdict(list)
    editions = Edition.objects.filter(page_id__in=list(pks)).order_by("number")
    for edition in editions.defer("preamble", "closing"):
        by_page[edition.page_id].append(edition)
    return {pk: shown_of(own) for pk, own in by_page.items()}


def _since(edition) -> str:
    values = {"since": day_text(edition.effective_from)}
    if edition.state == "future":
        return _("%(since)s起才施行") % values
    return _("%(since)s起施行") % values if edition.state == "current" else ""


def _suspended(editions) -> set[tuple[int, str]]:
    """{(edition pk, anchor)} of articles that do not apply today."""
    today = timezone.localdate()
    articles = Provision.objects.filter(
        Q(suspended_until__isnull=True) | Q(suspended_until__gt=today),
        edition__in=[edition.pk for edition in editions],
        suspended_from__lte=today,
    )
    return {(a.edition_id, a.anchor) for a in articles.only("edition_id", "stable_id")}


def _figures(edition, anchor: str, question: QuestionWords) -> tuple[Figure, ...]:
    if not question.things and not question.measures:
        return ()
    confirmed = Limit.objects.filter(
        edition=edition, status=Limit.CONFIRMED, matter__general=False
    ).select_related("matter")
    about = [
        limit
        for limit in confirmed.order_by("start")
        if Provision(stable_id=limit.stable_id).anchor == anchor and is_about(limit, question)
    ]
    if not 0 < len(about) <= MOST_FIGURES:
        return ()
    shown = [
        Figure(**figure(limit), matter=limit.matter.name, scope=limit.scope) for limit in about
    ]
    return tuple(shown) if all(len(f.number) <= LONGEST_WAIVER for f in shown) else ()


def is_about(limit, question: QuestionWords) -> bool:
    """Whether a limit answers a question as a whole: all that it names, counted as it asks.

    The matter must be named (酒席), or the unit asked for (红事几桌).
    """
    if question.measures and limit.unit[:1] not in question.measures:
        return False
    names = {limit.matter.name, *split_words(limit.matter.words)}
    where = f"{limit.clause} {limit.scope}"
    named = any(names.intersection(thing) for thing in question.things)
    return (named or bool(question.measures)) and all(
        names.intersection(thing) or any(word in where for word in thing)
        for thing in question.things
    )
