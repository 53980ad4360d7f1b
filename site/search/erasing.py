"""What withdrawn pages leave in search: index work, words of the index's files, queries counted."""

from modelsearch.index import Indexed
from wagtail.models import Page

from safety.withdrawal.registry import (
    NotYet,
    Purged,
    holds_no_words,
    register_eraser,
    register_purger,
)
from search import outbox, writer
from search.folding import normalise
from search.index import IndexBusy, IndexUnavailable
from search.models import Miss


def purge(pages) -> Purged:
    """Notes that the pages changed or went; forgets queries made of their words."""
    outbox.touch(Page, [page.pk for page in pages])
    done = Purged()
    done.add("index_entries", len(pages))
    done.add("queries", _forget_misses(pages))
    return done


def _forget_misses(pages) -> int:
    texts = [normalise(f"{page.title}\n{_text_of(page.specific)}") for page in pages]
    rows = Miss.objects.values_list("pk", "words")
    held = [pk for pk, words in rows if any(words in text for text in texts)]
    return Miss.objects.filter(pk__in=held).delete()[0]


def _text_of(page) -> str:
    return getattr(page, "search_text", "") if isinstance(page, Indexed) else ""


def erase(thorough: bool) -> None:
    """Bring the index up to date; if `thorough` write the files anew that hold deleted words.

    What is gone comes first, then what was noted last (words covered), so that a long outbox, an
    import that fills it or a rebuild keeps no withdrawn page in the files of the index in use.
    """
    try:
        outbox.drain(outbox.IN_REQUEST if not thorough else None, wait=thorough, gone=True)
        if thorough:
            outbox.drain(outbox.IN_REQUEST, wait=True, newest=True)
            _erase_thoroughly()
    except IndexBusy as error:
        raise NotYet("the search index is being rewritten by another process") from error
    except (IndexUnavailable, OSError) as error:
        raise NotYet(f"the search index cannot be written: {error}") from error


def _erase_thoroughly() -> None:
    newest = outbox.newest()
    if outbox.backlog()[0] > outbox.BATCH:
        _expunge()
    outbox.drain(wait=True)
    _expunge()
    if outbox.waits_until(newest):
        raise NotYet("index work is waiting")
    if any(directory.is_rebuilding() for directory in outbox.configured_directories()):
        # What it has read so far is taken up again when it is done.
        raise NotYet("the search index is being rebuilt")


def _expunge() -> None:
    for directory in outbox.configured_directories():
        directory.tidy()
        writer.expunge(directory)
        if not directory.is_rebuilding():
            directory.drop_previous()


def connect() -> None:
    register_purger(purge, ["search.OutboxEntry", "search.Miss"])
    register_eraser(erase)
    holds_no_words("search.Synonym", "kept by administrators")
    holds_no_words("search.CommonQuestion", "kept by administrators")
