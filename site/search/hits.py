"""Hits as they are shown: the database's word on each, the article, the marks."""

from dataclasses import dataclass, replace

from wagtail.models import Page

from search import outbox
from search.areas import area_resolver
from search.collapse import Group
from search.documents import closed_paths
from search.facets import AREA_LEVELS
from search.hit_facts import NO_FACTS, HitFacts, QuestionWords, facts_of
from search.kinds import KIND_LABELS
from search.nearness import OWN_NAMES, tiers_of
from search.passages import highlight, snippet
from search.schema import ENDED
from search.session import Session


@dataclass(frozen=True)
class Hit:
    """One page found. ``passage`` plain text, ``passage_html`` escaped with marks.

    ``same``: number of other pages found that have the same passage; ``signature`` lists them.
    ``own``: ``group`` or ``village`` where the page is of the asker's own place, else empty.
    ``facts``: what the room of the page adds, where it adds anything.
    """

    title: str
    title_html: str
    url: str
    area: str
    kind: str
    kind_label: str
    passage: str
    passage_html: str
    label: str
    same: int = 0
    signature: str = ""
    own: str = ""
    ended: bool = False
    facts: HitFacts = NO_FACTS


KIN_TRIED = 20
"""Pages with the same passage among which one is sought that may still be shown."""


def _with_public_pages(session: Session, groups: list[Group]) -> tuple[list[Group], dict]:
    """(groups, {pk: page}), each shown by a live page: one just withdrawn hides none of its copies.

    One query, or three where the index still has what is gone.
    """
    numbers = session.snapshot.numbers("number")

    def pages_of(docs) -> dict[int, Page]:
        return Page.objects.live().in_bulk([int(numbers[doc]) for doc in docs])

    pages = pages_of(group.picked.doc for group in groups)
    kin = {
        group.picked.doc: session.evaluator.same(group.picked.signature)[:KIN_TRIED].tolist()
        for group in groups
        if group.same and int(numbers[group.picked.doc]) not in pages
    }
    if not kin:
        return groups, pages
    alike = pages_of(doc for docs in kin.values() for doc in docs)
    shown = []
    for group in groups:
        docs = [doc for doc in kin.get(group.picked.doc, ()) if int(numbers[doc]) in alike]
        shown.append(Group(session.answers(docs[0]), group.same) if docs else group)
    return shown, pages_of(group.picked.doc for group in shown)


def hits_of(
    session: Session, groups: list[Group], paths: dict[str, str], *, best_first: bool = True
) -> list[Hit]:
    """Hits for groups, as the database says this moment: the index may be a second behind.

    ``best_first``: the first is the best answer, so a number that it sets may stand out.
    """
    snapshot, marked = session.snapshot, session.asked.marked
    groups, pages = _with_public_pages(session, groups)
    docs = [group.picked.doc for group in groups]
    pks = snapshot.numbers("number")[docs].tolist()
    restricted = closed_paths() if pages else ()
    stale = outbox.pending_among(Page, pages) if pages else set()
    within = [paths.get(session.filters.chosen.get(name, ""), "") for name in AREA_LEVELS]
    labels = area_resolver().labels(list(pages.values())) if pages else {}
    codes, kinds = snapshot.codes("kind")
    tiers = tiers_of(snapshot, session.near)
    hits, found = [], []
    for group, doc, pk in zip(groups, docs, pks, strict=True):
        page = pages.get(pk)
        if page is None or page.path.startswith(restricted or ("-",)):
            continue
        if not all(page.path.startswith(path) for path in within):
            continue
        kind, passage = kinds[codes[doc]], group.picked.passage
        if str(pk) in stale:
            passage = None
        shown = snippet(passage.text, marked) if passage else ""
        anchor = f"#{passage.anchor}" if passage and passage.anchor else ""
        found.append((pk, passage.anchor if passage else ""))
        hits.append(
            Hit(
                title=page.title,
                title_html=highlight(page.title, marked),
                url=f"{page.url or ''}{anchor}",
                area=labels.get(pk, ""),
                kind=kind,
                kind_label=str(KIND_LABELS[kind]),
                passage=shown,
                passage_html=highlight(shown, marked),
                label=passage.label if passage else "",
                same=group.same,
                signature=group.picked.signature if group.same else "",
                own=OWN_NAMES.get(int(tiers[doc]), ""),
                ended=bool(snapshot.flags[doc] & ENDED),
            )
        )
    best = found[0][0] if found and best_first else None
    facts = facts_of(dict(found), best, QuestionWords.of(session.asked))
    return [
        replace(hit, facts=facts.get(pk, NO_FACTS))
        for hit, (pk, _) in zip(hits, found, strict=True)
    ]
