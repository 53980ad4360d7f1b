"""What a withdrawn rule leaves in this room, and how its text is known when it comes again.

Editions, provisions, limits and followings go with the page by their foreign keys.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants import adoption
from covenants.drafting import full_text
from covenants.models import Following, ImportBatch, ImportRow, RulePage, RuleSource
from covenants.models.batch import REVOCABLE
from covenants.models.edition import plain_lines
from covenants.parsing import ParsedRules
from safety.withdrawal.registry import (
    COPIES,
    DELETED,
    NotYet,
    Purged,
    files_of,
    holds_no_words,
    register_eraser,
    register_file_digests,
    register_purger,
    register_stored,
)
from safety.withdrawal.registry import WITHDRAWN as WITHDRAWN_PAGE
from safety.withdrawal.texts import withdrawals_of
from search import outbox

WITHDRAWN = "withdrawn"
"""Key in `ImportRow.before` of a row whose text was withdrawn."""


def words_of(articles: Iterable) -> str:
    """The words of articles (`text`, `items`), without labels of articles and chapters."""
    return "\n".join(line for text, items in articles for line in plain_lines(text, items))


def body_words(body) -> str:
    return words_of((row["text"], row["items"]) for row in adoption.provision_rows(body))


def parsed_words(parsed: ParsedRules) -> str:
    """The same words of a text that was read from a file."""
    return "\n".join(
        line
        for article in parsed.articles
        for line in (article.text, *(full_text(item) for item in article.items))
    )


def sources_of(pages) -> list[RuleSource]:
    """All originals of the pages' rules: also those on the desk, and the files they came from."""
    wanted = Q(page__in=[page.pk for page in pages])
    for page in pages:
        rule = page.specific
        if isinstance(rule, RulePage):
            wanted |= Q(area=page.get_parent().pk, kind=rule.kind)
    found = {row.pk: row for row in RuleSource.objects.filter(wanted).select_related("whole")}
    found |= {row.whole.pk: row.whole for row in found.values() if row.whole}
    return list(found.values())


def file_digests(pages) -> set[str]:
    """SHA-256 of the files the rules were made from; of a file of several documents not its own,
    as the others in it may come again."""
    return {row.sha256 for row in sources_of(pages) if not row.part and not row.parts}


def purge(pages) -> Purged:
    """Originals, scans, and what imports of a whole county noted of the file."""
    done = Purged()
    sources = sources_of(pages)
    for row in sources:
        scans = list(row.scans.all())
        done.files += [file for one in (row, *scans) for file in files_of(one)]
        done.add("scans", len(scans))
    done.add("originals", len(sources))
    same = Q(before__digest__in=[row.sha256 for row in sources])
    places = [row.area_id for row in sources]
    rows = ImportRow.objects.filter(
        Q(page__in=[page.pk for page in pages]) | Q(same, place__in=places)
    )
    done.add("import_rows", rows.count())
    ImportBatch.objects.filter(pk__in=rows.values("batch")).update(manifest="")
    rows.update(
        file=_("（已撤下）"), message="", known={}, doubts=[], page=None, before={WITHDRAWN: True}
    )
    RuleSource.objects.filter(pk__in=[row.pk for row in sources]).delete()
    return done


def forget_names(pages) -> Purged:
    """What finished imports noted of the file of a deleted rule; it may be imported again."""
    rows = ImportRow.objects.filter(
        page__in=[page.pk for page in pages], batch__state=ImportBatch.DONE
    )
    done = Purged()
    done.add("import_rows", rows.update(file=_("（已删除）"), message="", known={}, doubts=[]))
    return done


def note_followers(pages) -> Purged:
    """Groups that follow are to be read anew: what differs in them goes with the followings."""
    following = Following.objects.filter(covenant__in=[page.pk for page in pages])
    outbox.touch(Page, set(following.values_list("group", flat=True)))
    return Purged()


def drop_archives(thorough: bool) -> None:
    """Delete the zips of batches that are over for a day, or of which a text was withdrawn.

    Raises NotYet while a batch with such a text still needs its zip.
    """
    stored = ImportBatch.objects.exclude(archive="")
    over = timezone.now() - REVOCABLE
    held = ImportRow.objects.filter(before__has_key=WITHDRAWN).values("batch")
    done = Q(finished_at__lt=over) | Q(state=ImportBatch.FAILED, created_at__lt=over)
    waiting = False
    for batch in stored.filter(done | Q(pk__in=held)):
        if batch.state in (ImportBatch.READING, ImportBatch.PLANNED, ImportBatch.RUNNING):
            waiting = True
            continue
        batch.archive.delete(save=False)
        ImportBatch.objects.filter(pk=batch.pk).update(archive="", manifest="")
    if waiting:
        raise NotYet("an import still needs the file in which the text came")


def refusals(coming: Iterable[tuple]) -> list[str]:
    """Why texts may not come to their places again, and what to do; empty for those that may.

    `coming`: (place, ParsedRules, SHA-256 of the file). One query.
    """
    coming = [(place, [parsed_words(parsed)], [sha256]) for place, parsed, sha256 in coming]
    return [_message(found) if found else "" for found in withdrawals_of(coming)]


def refusal(place, parsed: ParsedRules, sha256: str = "") -> str:
    """`refusals` for one text."""
    return refusals([(place, parsed, sha256)])[0]


def _message(found) -> str:
    return _(
        "这份文本已于%(day)s撤下（编号 %(name)s），不能重新放上网。确实要重新公布的，请审核员在后台"
        "“报表 › 撤下的页面”里解除这一条，再来导入。"
    ) % {"day": date_format(timezone.localtime(found.at), "DATE_FORMAT"), "name": found.name}


def connect() -> None:
    register_purger(
        purge,
        ["covenants.ImportRow", "covenants.RuleSource", "covenants.SourceScan"],
        occasions=[WITHDRAWN_PAGE, COPIES],
    )
    register_purger(forget_names, occasions=[DELETED])
    register_purger(note_followers)
    register_file_digests(file_digests)
    register_eraser(drop_archives)
    register_stored("private", ("rules", "scans", "batches", "procedures"))
    holds_no_words("covenants.ImportBatch", "belongs to a place; its zip is dropped by an eraser")
