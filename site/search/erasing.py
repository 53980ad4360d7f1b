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
from search.analyzer import normalise
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
    """Bring the index up to date; if `thorough` write the files anew that hold deleted words."""
    try:
        outbox.drain(wait=thorough)
        if not thorough:
            return
        if outbox.backlog()[0]:
            raise NotYet("index work is waiting")
        for directory in outbox.configured_directories():
            if directory.is_rebuilding():
                raise NotYet("the search index is being rebuilt")
            writer.expunge(directory)
            directory.drop_previous()
    except IndexBusy as error:
        raise NotYet("the search index is being rewritten by another process") from error
    except (IndexUnavailable, OSError) as error:
        raise NotYet(f"the search index cannot be written: {error}") from error


def connect() -> None:
    register_purger(purge, ["search.OutboxEntry", "search.Miss"])
    register_eraser(erase)
    holds_no_words("search.Synonym", "kept by administrators")
    holds_no_words("search.CommonQuestion", "kept by administrators")
