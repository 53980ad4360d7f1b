"""A file of several documents on the desk: which of them becomes which rule, one after the other.

The file stays as it came; a document that is taken on becomes an original of its own. What nobody
has taken stays listed.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q

from covenants.desk.handing_in import places_of
from covenants.importing import keep_original
from covenants.kinds import kind_in
from covenants.models import RuleSource
from covenants.parsing import parse_lines, split_documents, split_lines
from covenants.stored import undone_on_failure

LISTED = 20
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file. `kind` is a guess, empty where the title gives none; `taken` is the
    original that was made of it, or None."""

    number: int
    title: str
    kind: str
    articles: int
    beginning: str
    taken: RuleSource | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.taken and self.taken.page_id)


def number_in(text: str) -> int:
    """How many documents a text holds."""
    return sum(1 for _part in split_documents(split_lines(text)))


def parts_of(source: RuleSource) -> list[Part]:
    """The documents of an original, in order."""
    taken = {child.part: child for child in source.taken.order_by("uploaded_at")}
    return [
        _part(number, lines, taken.get(number))
        for number, lines in enumerate(split_documents(split_lines(source.text)), 1)
    ]


def _part(number, lines, taken) -> Part:
    parsed = parse_lines(lines)
    texts = [line.text.strip() for line in lines if line.text.strip()]
    after = [text for text in texts if text not in parsed.title]
    return Part(
        number,
        parsed.title or (texts[0][:_SHOWN] if texts else ""),
        taken.kind if taken else kind_in(parsed.title),
        len(parsed.articles),
        " ".join(after)[:_SHOWN],
        taken,
    )


def take(source: RuleSource, number: int, kind: str, user) -> RuleSource | None:
    """Make one document of a file an original of its own; taken before, that one with this kind.

    None where there is no such document. The file is read and its text taken apart before the
    transaction; a text that has changed meanwhile is read again.
    """
    texts = _texts_of(source)
    with source.file.open("rb") as handle:
        content = handle.read()
    with undone_on_failure() as written, transaction.atomic():
        locked = RuleSource.objects.select_for_update().get(pk=source.pk)
        if locked.text != source.text:
            texts = _texts_of(locked)
        if locked.page_id or locked.part or not 1 <= number <= len(texts):
            return None
        if locked.parts != len(texts):
            locked.parts = len(texts)
            locked.save(update_fields=["parts"])
        taken = locked.taken.filter(part=number).order_by("-uploaded_at").first()
        if taken is None:
            return _new_part(locked, number, kind, texts[number - 1], content, user, written)
        if not taken.page_id and taken.kind != kind:
            taken.kind = kind
            taken.save(update_fields=["kind"])
        return taken


def _texts_of(source) -> list[str]:
    documents = split_documents(split_lines(source.text))
    return ["\n".join(line.text for line in lines) for lines in documents]


def _new_part(locked, number, kind, text, content, user, written) -> RuleSource:
    child = keep_original(
        locked.name,
        content,
        locked.area,
        kind,
        by=locked.uploaded_by or user,
        text=text,
        part=number,
    )
    written.append(child.file)
    child.whole, child.stage, child.note = locked, locked.stage, locked.note
    child.save(update_fields=["whole", "stage", "note"])
    return child


def is_one(source: RuleSource) -> bool:
    """Treat a file as one document after all; False when a part of it was taken already."""
    with transaction.atomic():
        locked = RuleSource.objects.select_for_update().get(pk=source.pk)
        if locked.taken.exists():
            return False
        RuleSource.objects.filter(pk=source.pk).update(parts=0)
    return True


def unfinished(user):
    """Files with documents that are no drafts yet, at the user's places, the newest first."""
    sources = RuleSource.objects.filter(parts__gt=0, area__in=places_of(user))
    sources = sources.annotate(done=Count("taken", filter=Q(taken__page__isnull=False)))
    return (
        sources.filter(done__lt=F("parts")).select_related("area").order_by("-uploaded_at")[:LISTED]
    )
