"""Figures of meetings: what cannot be, what the law asks, on which day. No database."""

import datetime

import pytest

from covenants.ledger_words import finding_words
from covenants.procedure import figures, terms
from covenants.procedure.figures import BLOCKS, CONFIRM, TELL, Count, Figure, Share

DAY = datetime.date
LAW = {"law": "村民委员会组织法", "version": "2018年修正", "article": "第二十二条"}


def assembly(**changes):
    values = {
        "meeting": terms.VILLAGERS,
        "base": terms.PEOPLE,
        "quorum": Share(1, 2, above=True),
        "passing": Share(1, 2, above=True),
        "notice_days": 10,
        "valid_from": DAY(2018, 12, 29),
        "valid_until": DAY(2025, 12, 31),
        "verified": True,
    }
    return Figure(**{**values, **LAW, **changes})


def count(**changes):
    values = {
        "meeting": terms.VILLAGERS,
        "base": terms.PEOPLE,
        "held_on": DAY(2025, 3, 20),
        "eligible": 96,
        "expected": 96,
        "present": 60,
        "women": 25,
        "votes_for": 50,
        "votes_against": 6,
        "votes_abstain": 4,
    }
    return Count(**{**values, **changes})


def codes(findings):
    return [finding.code for finding in findings]


def test_a_good_meeting_has_no_findings():
    assert figures.impossible(count()) == []
    assert figures.against_law(count(), assembly()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"votes_for": 51}, "votes_above_present"),
        ({"votes_for": 49}, "votes_below_present"),
        ({"present": 97, "votes_for": 87}, "present_above_expected"),
        ({"eligible": 59}, "present_above_eligible"),
        ({"eligible": 90}, "expected_above_eligible"),
        ({"women": 61}, "women_above_present"),
        ({"notified_on": DAY(2025, 3, 21)}, "notified_after_meeting"),
    ],
)
def test_numbers_that_cannot_be(changes, code):
    assert code in codes(figures.impossible(count(**changes)))


def test_fewer_votes_than_people_need_an_explanation():
    left = count(votes_for=49, explanation="1 人中途离席")
    assert figures.impossible(left) == []


def test_forty_one_of_ninety_six_is_no_quorum_and_says_so():
    present = count(present=41, women=20, votes_for=35, votes_against=6, votes_abstain=0)
    (finding,) = figures.against_law(present, assembly())
    assert finding.weight == BLOCKS
    assert finding_words(finding).startswith("到会 41 人，未过应到 96 人的半数，至少要到 49 人")
    (finding,) = figures.against_law(present, assembly(verified=False))
    assert finding.weight == CONFIRM and "请审核员确认" in finding_words(finding)


def test_half_is_not_more_than_half_and_two_thirds_is_enough():
    half = count(present=48, women=1, votes_for=40, votes_against=8, votes_abstain=0)
    assert codes(figures.against_law(half, assembly())) == ["no_quorum"]
    two_thirds = assembly(quorum=Share(2, 3))
    assert figures.against_law(count(present=64, votes_for=54), two_thirds) == []
    short = figures.against_law(count(present=63, votes_for=53), two_thirds)
    assert "不足应到 96 人的三分之二，至少要到 64 人" in finding_words(short[0])


def test_majority_of_those_present_counts_who_abstained():
    (finding,) = figures.against_law(
        count(votes_for=30, votes_against=0, votes_abstain=30), assembly()
    )
    assert finding.code == "no_majority" and finding.values["least"] == 31
    of_all = assembly(passing_of=figures.ALL)
    (finding,) = figures.against_law(count(votes_for=48, votes_against=8, votes_abstain=4), of_all)
    assert "未过应到 96 人的半数" in finding_words(finding)


def test_short_notice_and_few_women():
    late = count(notified_on=DAY(2025, 3, 15))
    (finding,) = figures.against_law(late, assembly())
    assert finding_words(finding).startswith("开会前 5 天才通知，应提前 10 天")
    reps = assembly(meeting=terms.REPRESENTATIVES, base=terms.MEMBERS, women=Share(1, 3))
    (finding,) = figures.against_law(count(women=19), reps)
    assert (finding.code, finding.weight) == ("few_women", TELL)


def test_the_figure_is_that_of_the_meetings_day():
    old = assembly()
    new = assembly(valid_from=DAY(2026, 1, 1), valid_until=None, verified=False)
    rows = [new, old]
    assert figures.figure_for(count(held_on=DAY(2025, 12, 31)), rows) is old
    assert figures.figure_for(count(held_on=DAY(2026, 1, 1)), rows) is new
    assert figures.figure_for(count(held_on=DAY(2011, 1, 1)), rows) is None
    assert figures.figure_for(count(base=terms.HOUSEHOLDS), rows) is None
    assert codes(figures.against_law(count(), new)) == ["unverified"]
    assert codes(figures.against_law(count(), None)) == ["no_figure"]


def test_every_finding_has_its_sentence():
    many = [
        *figures.impossible(count(votes_for=99, present=99, eligible=1, women=100)),
        *figures.against_law(count(present=2, votes_for=1), assembly(passing=Share(2, 3))),
        figures.Finding("no_expected", CONFIRM),
        figures.Finding("voted_down", BLOCKS, {"votes_for": 1, "votes_against": 2}),
        figures.Finding("meeting_not_apt", TELL, {"meeting": terms.REPRESENTATIVES}),
        figures.Finding("no_figure", CONFIRM),
        *figures.against_law(count(), assembly(verified=False)),
    ]
    for finding in many:
        assert finding_words(finding) and "%" not in finding_words(finding)
