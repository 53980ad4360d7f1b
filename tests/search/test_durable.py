"""What checksums call damage, and what they must not."""

import os

import pytest
from django.core.management import call_command
from django.db import OperationalError
from wagtail.models import Page

from search import durable, outbox
from search.index import IndexUnavailable


def add_page(title: str) -> Page:
    page = Page(title=title)
    Page.objects.get(depth=1).add_child(instance=page)
    return page


@pytest.fixture
def built(db, backend):
    """An index made by ``update_index`` with two pages, and open."""
    for title in ("酒席从简", "礼金照旧"):
        add_page(title)
    outbox.drain(wait=True)
    call_command("update_index", verbosity=0)
    backend.directory.searcher()
    return backend.directory


@pytest.fixture
def folder(tmp_path):
    """A generation of one segment file, sealed."""
    (tmp_path / "MAIN_abc.seg").write_bytes(b"x" * 1000)
    (tmp_path / "_MAIN_1.toc").write_bytes(b"")
    durable.seal(tmp_path)
    return tmp_path


def spoil(directory) -> None:
    segment = next(directory.current().glob("*.seg"))
    with open(segment, "r+b") as file:
        file.seek(segment.stat().st_size // 2)
        file.write(b"spoilt")


def fail_while_reading(directory, error: Exception) -> None:
    with directory.reading():
        raise error


def test_a_busy_database_says_nothing_of_the_index(built, monkeypatch):
    looked = []
    monkeypatch.setattr(durable, "verify", lambda *args, **options: looked.append(args))
    with pytest.raises(OperationalError):
        fail_while_reading(built, OperationalError("database is locked"))
    assert not looked
    assert built.state() == "ready"


def test_a_text_wiped_while_the_index_is_verified_is_no_damage(built, monkeypatch):
    """Another process wipes between the reading of the checksums and that of the bytes."""
    wipes, overwrite, read_sums = [], durable.overwrite, durable._read_sums
    with monkeypatch.context() as patched:
        patched.setattr(durable, "overwrite", lambda *wipe: wipes.append(wipe))
        Page.objects.get(title="酒席从简").delete()
        outbox.drain(wait=True)
    assert wipes
    built.searcher()

    def slowly(path):
        sums = read_sums(path)
        while wipes:
            overwrite(*wipes.pop())
        return sums

    monkeypatch.setattr(durable, "_read_sums", slowly)
    with pytest.raises(ZeroDivisionError):
        fail_while_reading(built, ZeroDivisionError())
    assert not wipes
    assert built.state() == "ready"


@pytest.mark.parametrize("writing", [False, True])
def test_damage_is_told_by_who_writes_and_by_who_only_reads(built, writing):
    spoil(built)
    with pytest.raises(IndexUnavailable):
        if writing:
            with built.locked("write", wait=True):
                fail_while_reading(built, ZeroDivisionError())
        else:
            fail_while_reading(built, ZeroDivisionError())
    assert built.state() == "rebuilding"


class Killed(BaseException):
    """Stands for the end of the process."""


def killed_before_the_bytes(folder, monkeypatch, *ranges) -> None:
    def kill(*args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", kill)
        with pytest.raises(Killed):
            durable.overwrite(folder, "MAIN_abc.seg", ranges)


def test_two_wipes_killed_before_they_wrote_are_no_damage(folder, monkeypatch):
    for start in (0, 20):
        killed_before_the_bytes(folder, monkeypatch, (start, 10))
        durable.verify(folder, deep=True)
    durable.overwrite(folder, "MAIN_abc.seg", [(40, 10)])
    durable.verify(folder, deep=True)


def test_a_wipe_does_not_hide_damage(folder):
    (folder / "MAIN_abc.seg").write_bytes(b"x" * 500 + b"y" + b"x" * 499)
    durable.overwrite(folder, "MAIN_abc.seg", [(0, 10)])
    with pytest.raises(durable.SegmentDamaged):
        durable.verify(folder, deep=True)
