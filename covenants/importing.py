"""Brings files of rules into the tree: one file, one page or edition, whole or not at all.

Knows no command line and no form; `import_rules`, the upload desk, the county import and the
sample loader call it. What a file is weighed to be stands in `weighing`, how many new pages land
at once in `landing`.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from covenants import attaching, withdrawn
from covenants.attaching import Attached
from covenants.comparing import proposed_summary
from covenants.drafting import chapters_value, earlier_articles
from covenants.file_names import SUFFIXES
from covenants.kinds import COVENANT, SLUGS
from covenants.landing import as_it_was, plant_rules, publish_next
from covenants.models import CouncilPage, CovenantPage, RuleSource
from covenants.parsing import ParsedRules, ReadError
from covenants.parsing.readers.conversion import BUSY
from covenants.rule_files import Refused, RuleFile
from covenants.stored import undone_on_failure
from covenants.weighing import (
    CREATED,
    EDITION,
    REFUSED,
    Outcome,
    Weighed,
    imported_before,
    known_already,
    nothing_pending,
    settle,
    weigh,
)
from search import outbox
from villages.models import AreaPage, GroupPage, VillagePage

# Files weighed and landed together; a killed process loses so many at most, each of them whole.
CHUNK = 50
HELD = 64 * 1024 * 1024
"""Bytes of files read ahead beyond which no further one is: pictures and all."""
PLACES_KEPT = 200
NO_VOTES = {"votes_for": None, "votes_against": None, "votes_abstain": None}


def import_rules(files, *, publish=False, dry_run=False, by=None) -> Iterator[Outcome]:
    """Yield an Outcome for each RuleFile, in the order given. Each file lands whole or not.

    A file of several documents whose kind is left to its titles has an outcome for each of them.
    """
    places = Places()
    ahead = read_ahead(files, lambda file: places.find(file.code, file.group), dry_run=dry_run)
    while chunk := so_many(ahead, CHUNK):
        with undone_on_failure() as written, transaction.atomic(), outbox.later():
            outcomes = import_chunk(chunk, publish=publish, dry_run=dry_run, by=by, written=written)
            if dry_run:
                transaction.set_rollback(True)
        yield from outcomes


def read_ahead(
    files: Iterable[RuleFile],
    place_of: Callable[[RuleFile], AreaPage],
    *,
    dry_run=False,
) -> Iterator[Weighed | Outcome]:
    """Read, convert and weigh files one by one: all that takes long, so never in a transaction.

    Yields a Weighed, or the Outcome of what is kept out; for a file of several documents one
    for each of them.
    """
    coming, rest = deque(), iter(files)
    while True:
        if not coming:
            coming.extend(islice(rest, 1))
        if not coming:
            return
        file = coming.popleft()
        try:
            weighed = weigh(file, place_of(file), settled=False)
            if weighed.parts:
                coming.extendleft(reversed(weighed.parts))
                continue
            if not dry_run:
                weighed.make_ready()
        except (Refused, ReadError) as error:
            yield refusal(file.label, error)
        else:
            yield weighed


def so_many(ahead: Iterator[Weighed | Outcome], number: int) -> list[Weighed | Outcome]:
    """The next of what was read ahead: at most a number of files, and no more than HELD bytes."""
    chunk, held = [], 0
    for one in ahead:
        chunk.append(one)
        held += one.held_bytes if isinstance(one, Weighed) else 0
        if len(chunk) == number or held > HELD:
            break
    return chunk


def import_chunk(
    ahead: Iterable[Weighed | Outcome],
    *,
    publish=False,
    dry_run=False,
    by=None,
    written: list | None = None,
) -> list[Outcome]:
    """Outcomes of some files within the caller's transaction; each lands whole or leaves nothing.

    `ahead` is what `read_ahead` gave: here is only asked again what may have changed since, and
    written. New rules land together; a file whose place has the rule already, or gets it from a
    file before it, waits until those have landed. `written` takes the files that were stored,
    for the caller to delete should the transaction fail.
    """
    ahead, written = list(ahead), [] if written is None else written
    outcomes: list[Outcome | None] = []
    waiting: dict[tuple[int, str], tuple[int, Weighed]] = {}
    _see_places_again(ahead)
    before = imported_before(one.digest for one in ahead if isinstance(one, Weighed))
    _refuse_withdrawn(ahead)

    def land_waiting():
        found = list(waiting.values())
        landed = land_together(
            [weighed for _position, weighed in found],
            publish=publish,
            keep_files=not dry_run,
            by=by,
            written=written,
        )
        for (position, weighed), outcome in zip(found, landed, strict=True):
            outcomes[position] = outcome
            if outcome.status == CREATED:
                before.add(weighed.key)
        waiting.clear()

    for position, weighed in enumerate(ahead):
        outcomes.append(None)
        known = weighed if isinstance(weighed, Outcome) else weighed.outcome
        if known:
            outcomes[-1] = known
            continue
        try:
            if (weighed.place.pk, weighed.file.kind) in waiting:
                land_waiting()
            if weighed.key in before:
                outcomes[-1] = known_already(weighed.file)
                continue
            settle(weighed, publish=publish)
            if weighed.outcome:
                outcomes[-1] = weighed.outcome
            elif weighed.page is None:
                waiting[weighed.place.pk, weighed.file.kind] = position, weighed
            else:
                with transaction.atomic():
                    outcomes[-1] = land_next(
                        weighed, publish=publish, keep_file=not dry_run, by=by, written=written
                    )
                before.add(weighed.key)
        except (Refused, ValidationError) as error:
            outcomes[-1] = refusal(weighed.file.label, error)
    land_waiting()
    return outcomes


def _see_places_again(ahead) -> None:
    """Where the places stand now: since they were read, one may have moved or gone."""
    found = [one for one in ahead if isinstance(one, Weighed)]
    known = Page.objects.in_bulk({weighed.place.pk for weighed in found})
    for weighed in found:
        now = known.get(weighed.place.pk)
        if now is None:
            weighed.outcome = refusal(weighed.file.label, Refused(_("这个地方已经不在了。")))
        else:
            for name in ("path", "depth", "numchild", "url_path"):
                setattr(weighed.place, name, getattr(now, name))


def _refuse_withdrawn(ahead) -> None:
    """What was withdrawn at its place does not come back by importing it again."""
    found = [one for one in ahead if isinstance(one, Weighed) and one.outcome is None]
    told = withdrawn.refusals((one.place, one.parsed, one.digest) for one in found)
    for weighed, message in zip(found, told, strict=True):
        if message:
            weighed.outcome = refusal(weighed.file.label, Refused(message))


def refusal(name: str, error: Exception) -> Outcome:
    """The outcome of a file that Refused, ReadError or ValidationError kept out."""
    text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return Outcome(name, REFUSED, text, again=getattr(error, "code", "") == BUSY)


def land_together(
    found: list[Weighed], *, publish=False, keep_files=True, by=None, written=None
) -> list[Outcome]:
    """Outcomes of new rules that land in few statements; when one is not fit, each by itself."""
    if not found:
        return []
    sources, attached = [], []
    written = [] if written is None else written
    try:
        with transaction.atomic():
            rows = []
            for weighed in found:
                page = unsaved_rule(
                    weighed.place, weighed.file.kind, weighed.parsed, weighed.adoption
                )
                source = None
                attached.append(weighed.attach(page, by) if keep_files else Attached())
                written += attached[-1].written
                if keep_files:
                    source = unsaved_source(
                        weighed.file.name,
                        weighed.content,
                        weighed.place,
                        weighed.file.kind,
                        by=by,
                        digest=weighed.digest,
                        part=weighed.file.part,
                    )
                    sources.append(source)
                    written.append(source.file)
                rows.append((weighed.place, page, source))
            plant_rules(rows, publish=publish, by=by)
            for (_place, page, _source), done in zip(rows, attached, strict=True):
                if done.pictures:
                    attaching.note_references(page)
    except (ValidationError, IntegrityError) as error:
        for source in sources:
            source.file.delete(save=False)
        for done in attached:
            done.discard()
        if len(found) > 1:
            return [
                outcome
                for weighed in found
                for outcome in land_together(
                    [weighed], publish=publish, keep_files=keep_files, by=by, written=written
                )
            ]
        if isinstance(error, IntegrityError):
            error = Refused(_("这里刚刚有了同一种规约，请重新导入这个文件。"))
        return [refusal(found[0].file.label, error)]
    return [
        weighed.outcome_of(CREATED, page, done)
        for weighed, (_place, page, _source), done in zip(found, rows, attached, strict=True)
    ]


def land_next(weighed: Weighed, *, publish=False, keep_file=True, by=None, written=None) -> Outcome:
    """Make a weighed text the next edition, or the draft of one, of the rule its place has.

    In the caller's transaction. Raises ValidationError.
    """
    weighed.before = as_it_was(weighed.page)
    only_text = publish and nothing_pending(weighed.page)
    page = weighed.page if only_text else weighed.page.get_latest_revision_as_object()
    # How the earlier edition was voted on says nothing of this one.
    fill(page, weighed.parsed, NO_VOTES | weighed.adoption)
    attached = weighed.attach(page, by) if keep_file else Attached()
    try:
        if publish:
            publish_next(page, by, only_text=only_text and not attached.pictures)
        else:
            _save_draft(page, by)
    except ValidationError:
        attached.discard()
        raise
    if keep_file:
        source = keep_original(
            weighed.file.name,
            weighed.content,
            weighed.place,
            weighed.file.kind,
            page=page,
            by=by,
            digest=weighed.digest,
            part=weighed.file.part,
        )
        if written is not None:
            written += [source.file, *attached.written]
    return weighed.outcome_of(EDITION, page, attached)


def _save_draft(page, by):
    page.full_clean(exclude=["path", "depth", "numchild", "content_type", "slug"])
    # Wagtail's index notes what the public page refers to, and that is as before.
    with disable_reference_index_auto_update():
        page.save_revision(user=by, log_action=True, clean=False)


class Places:
    """Villages and groups by code, each looked up once."""

    def __init__(self):
        self._known: dict[tuple[str, str], AreaPage] = {}

    def find(self, code: str, group: str = "") -> AreaPage:
        """The village with this code, or its group by number or name. Raises Refused."""
        if (code, group) not in self._known:
            if len(self._known) > PLACES_KEPT:
                self._known.clear()
            self._known[code, group] = find_place(code, group)
        return self._known[code, group]


def find_place(code: str, group: str = "") -> AreaPage:
    """The village with this code, or its group by number or name. Raises Refused."""
    village = VillagePage.objects.filter(code=(code or "").strip()).first()
    if village is None:
        raise Refused(_("没有代码为 %(code)s 的村（社区）。") % {"code": code or "(空)"})
    if not group:
        return village
    groups = GroupPage.objects.child_of(village)
    found = groups.filter(number=group) if group.isdecimal() else groups.filter(name=group)
    if not (place := found.first()):
        raise Refused(
            _("%(village)s没有小组 %(group)s,请先建立小组。")
            % {"village": village.title, "group": group}
        )
    return place


def fill(page, parsed: ParsedRules, adoption: dict | None = None):
    """Put a parsed text into a page's working text; articles that go on keep their ids."""
    earlier = earlier_articles(page) if page.pk else ()
    if parsed.title:
        page.title = parsed.title[:255]
    page.preamble = parsed.preamble
    page.closing = parsed.closing
    page.body = chapters_value(parsed, earlier)
    for name, value in (adoption or {}).items():
        setattr(page, name, value)
    if page.pk:
        page.change_summary = proposed_summary(page)


def new_rule(place: AreaPage, kind: str, parsed: ParsedRules, adoption: dict | None = None):
    """A new, unpublished rule page below a place."""
    page = unsaved_rule(place, kind, parsed, adoption)
    place.add_child(instance=page)
    return page


def unsaved_rule(place: AreaPage, kind: str, parsed: ParsedRules, adoption: dict | None = None):
    """A rule page for a place, not yet in the tree."""
    model = CovenantPage if kind == COVENANT else CouncilPage
    page = model(slug=SLUGS[kind], live=False, has_unpublished_changes=True)
    if kind != COVENANT:
        page.council = kind
    fill(page, parsed, adoption)
    page.title = page.title or page.default_title(place)
    return page


def keep_original(name, content, place, kind, *, page=None, by=None, text="", digest="", part=0):
    """Store an uploaded original privately."""
    source = unsaved_source(name, content, place, kind, page=page, by=by, digest=digest, part=part)
    source.text = text
    source.save()
    return source


def unsaved_source(name, content, place, kind, *, page=None, by=None, digest="", part=0):
    """The original as a row not yet saved; its file lies in the private store already."""
    source = RuleSource(
        page=page,
        area=place,
        kind=kind,
        name=PurePosixPath(name).name[-255:],
        sha256=digest or hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        part=part,
    )
    suffix = PurePosixPath(name).suffix.lower()
    file_name = f"{source.pk}{suffix if suffix in SUFFIXES else '.txt'}"
    source.file.save(file_name, ContentFile(content), save=False)
    return source
