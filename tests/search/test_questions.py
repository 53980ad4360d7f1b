"""Questions as residents ask them find the article that answers among the first three."""

import sys
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from search import outbox
from tests.search.questions import judge, site_passages

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "questions"
SHARE = {"development": 0.95, "tuning": 0.95, "held_out": 0.90}
"""Wanted of each set; the half that nobody tuned on is behind (see docs/performance.md)."""


@pytest.fixture(scope="module")
def sets():
    return {name: judge.load(FOLDER / file) for name, file in site_passages.FILES.items()}


@pytest.fixture(scope="module")
def passages(django_db_setup, django_db_blocker, tmp_path_factory):
    """The sample content, loaded and indexed once for this module and rolled back after it."""
    index = {"BACKEND": "search.backend", "PATH": str(tmp_path_factory.mktemp("search") / "index")}
    with django_db_blocker.unblock(), override_settings(WAGTAILSEARCH_BACKENDS={"default": index}):
        block = transaction.atomic()
        block.__enter__()
        try:
            call_command("load_sample", verbosity=0)
            site_passages.take_away_what_was_added_later()
            outbox.drain(wait=True)
            yield site_passages.public_passages()
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


def test_halves_are_large_and_apart(sets):
    tuning, held_out = halves = sets["tuning"], sets["held_out"]
    everything = [*tuning, *held_out]
    assert len({question.id for question in everything}) == len(everything)
    assert len({(question.text, question.near) for question in everything}) == len(everything)
    assert min(len(tuning), len(held_out)) >= 65
    topics = {question.topic for question in everything}
    for half in halves:
        assert {question.topic for question in half} == topics


def test_development_questions_are_told_apart(sets):
    development, tuning = sets["development"], sets["tuning"]
    assert len({question.id for question in development}) == len(development)
    both = [*development, *tuning]
    assert len({(question.text, question.near) for question in both}) == len(both)
    assert {q.topic for q in development} == {q.topic for q in tuning}


def test_every_answer_is_on_the_site(sets, passages):
    villages = {passage.village for passage in passages}
    for question in chain.from_iterable(sets.values()):
        assert not question.near or question.near in villages
        for answer in question.answers:
            found = judge.selected(answer, passages)
            assert found, (question.id, answer)
            missing = set(answer.get("labels", ())) - {passage.label for passage in found}
            assert not missing, (question.id, answer)


@pytest.mark.parametrize("name", site_passages.FILES)
def test_answer_stands_among_the_first_three(name, sets, passages, capsys):
    ranks = site_passages.ranks(sets[name], passages)
    share, mrr = judge.first_share(ranks), judge.mean_reciprocal_rank(ranks)
    # Numbers only: questions that fail are for measure.py, and never of the held-out half.
    message = f"{name}: first {judge.FIRST} {share:.3f}, MRR {mrr:.3f}"
    with capsys.disabled():
        sys.stdout.write(f"\n{message} ")
    if share < SHARE[name]:
        pytest.fail(message, pytrace=False)


def test_judge_wants_page_and_passage():
    table = judge.PublicPassage("/a/", "covenant", "约", village="1", label="第一条", text="十桌")
    other = judge.PublicPassage("/a/", "covenant", "约", village="1", label="第二条", text="火种")
    group = judge.PublicPassage("/a/g/", "covenant", "组", village="1", group=2, label="第一条")
    answers = ({"village": "1", "kind": "covenant", "labels": ["第一条"], "matches": "[十0-9]+桌"},)
    question = judge.Question("x", "feast", "几桌", "", answers)
    found = judge.accepted(question, [table, other, group])
    hits = [
        SimpleNamespace(url="/a/g/", label="第一条"),
        SimpleNamespace(url="/a/", label="第二条"),
        SimpleNamespace(url="/a/?q=1", label="第一条"),
    ]
    assert [judge.is_answer(hit, found) for hit in hits] == [False, False, True]
    assert judge.rank(hits, found) == 3 and judge.rank(hits[:2], found) == 0
    assert judge.first_share([1, 3, 4, 0]) == 0.5
    assert judge.mean_reciprocal_rank([1, 4, 0, 0]) == 0.3125
