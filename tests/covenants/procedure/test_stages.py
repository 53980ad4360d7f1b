"""Stages: which are missing, which is open, whether their days follow one another."""

import datetime

from covenants.procedure import stages, terms
from covenants.procedure.shipped import shipped
from covenants.procedure.stages import Span, Step

DAY = datetime.date


def steps(key):
    profile = next(row for row in shipped()["profiles"] if row["key"] == key)
    return [Step(s["stage"], s["required"], s["recorded_by"]) for s in profile["stages"]]


def days(**spans):
    return {stage: Span(*(DAY(2025, 3, d) for d in span)) for stage, span in spans.items()}


def test_the_full_path_asks_for_review_and_filing_a_charter_for_neither():
    full = stages.missing(steps(terms.VILLAGE_COVENANT), {})
    assert full == ["opinions", "draft", "review", "vote", "filing"]
    assert stages.missing(steps(terms.CHARTER), {}) == ["vote", "notice"]
    assert "backing" in stages.missing(steps(terms.GROUP_RULE), {})


def test_the_stage_to_open_is_the_first_required_one_not_done():
    full = steps(terms.VILLAGE_COVENANT)
    assert stages.current(full, {}) == "opinions"
    assert stages.current(full, {"opinions": True, "draft": True, "review": False}) == "review"
    done = dict.fromkeys(("opinions", "draft", "review", "vote", "filing"), True)
    assert stages.current(full, done) == "publication"
    assert stages.current(full, done | {"publication": True}) == ""


def test_a_vote_comes_after_opinions_and_review_and_before_filing():
    good = days(opinions=(1, 10), draft=(5, 5), review=(11, 11), vote=(12, 12), filing=(12, 12))
    assert stages.disorders(good) == []
    (found,) = stages.disorders(good | days(vote=(9, 9), review=(8, 8)))
    assert (found.earlier, found.later) == ("opinions", "vote")
    found = stages.disorders(good | days(filing=(11, 11)))
    assert [(d.earlier, d.later) for d in found] == [("vote", "filing")]


def test_shipped_figures_of_2026_are_not_verified():
    rows = shipped()["figures"]
    assert all(row["verified"] for row in rows if row["valid_from"] < DAY(2026, 1, 1))
    new = [row for row in rows if row["valid_from"] >= DAY(2026, 1, 1)]
    assert new and not any(row["verified"] for row in new)
    assert all(row.get("valid_until") == DAY(2025, 12, 31) for row in rows if row not in new)
