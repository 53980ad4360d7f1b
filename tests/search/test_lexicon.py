"""The words of the index are read once for each segment, and all of them."""

import gc

import pytest
from django.core.management import call_command
from wagtail.models import Page
from whoosh.reading import SegmentReader

from search import lexicon, outbox
from search.schema import text_fields

pytestmark = pytest.mark.django_db


def add_page(title: str) -> Page:
    page = Page(title=title)
    Page.objects.get(depth=1).add_child(instance=page)
    outbox.drain(wait=True)
    return page


def snapshot_of(backend):
    _, snapshot = backend.evaluate(text_fields(Page))
    return snapshot


def test_a_small_commit_lets_only_its_own_words_be_read(backend, monkeypatch):
    for number in range(6):
        add_page(f"酒席从简{number}")
    read, terms_from = [], SegmentReader.terms_from

    def counted(self, field, start):
        read.append((self.segment().segment_id(), field))
        return terms_from(self, field, start)

    monkeypatch.setattr(SegmentReader, "terms_from", counted)
    fields = list(text_fields(Page))
    lexicon.vocabulary(snapshot_of(backend), fields)
    assert len(read) > 2 * len(fields), "several segments"
    add_page("保护森林")
    read.clear()
    words = lexicon.vocabulary(snapshot_of(backend), fields).words
    assert {"酒席", "森林"} <= words
    assert len(read) == len(fields)


def test_words_are_found_behind_any_number_of_pairs_that_are_none(backend):
    pairs = "，".join("村" + chr(number) for number in range(0x4E00, 0x5E00, 8))
    for start in range(0, len(pairs), 240):
        add_page(pairs[start : start + 240])
    add_page("村规民约、村落要美")
    found = lexicon.words_beginning(snapshot_of(backend), ["t_title"], "村")
    assert found["村落"] == 1
    assert all(word.startswith("村") for word in found)


def test_words_begin_as_typed_and_are_counted_over_all_segments(backend):
    for title in ("酒席从简", "酒席照旧", "酒水自备"):
        add_page(title)
    found = lexicon.words_beginning(snapshot_of(backend), ["t_title"], "酒席")
    assert found["酒席"] == 2
    assert "酒水" not in found


def test_replaced_generations_do_not_stay_mapped(backend):
    """Their space on the disk would stay taken until the process ends."""
    add_page("酒席从简")
    for _ in range(4):
        call_command("update_index", verbosity=0)
        snapshot = snapshot_of(backend)
        assert snapshot.flags.size
        lexicon.vocabulary(snapshot, text_fields(Page))
        assert list(backend.search("酒席", Page.objects.all()))
    del snapshot
    gc.collect()
    with open("/proc/self/maps") as maps:
        mapped = [line for line in maps if str(backend.directory.path) in line]
    assert mapped
    assert not [line for line in mapped if line.rstrip().endswith("(deleted)")]
