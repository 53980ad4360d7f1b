"""Asks the search a labelled set: ``measure.py [development|tuning|held_out]``.

Loads the sample content into a database of its own, so nothing needs to run. Failures are listed
for the sets that were tuned on: whoever reads the held-out half's failures has tuned on them.
"""

import os
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def main(name: str) -> int:
    """Prints share and mean reciprocal rank of one set; returns the exit status."""
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from search import outbox
    from tests.search.questions import judge, site_passages

    questions = judge.load(HERE / site_passages.FILES[name])
    call_command("migrate", verbosity=0)
    # One transaction, so that the index is written once and not after every page.
    with transaction.atomic():
        call_command("load_sample", verbosity=0)
        site_passages.take_away_what_was_added_later()
    outbox.drain(wait=True)
    passages = site_passages.public_passages()
    ranks = site_passages.ranks(questions, passages)
    write = sys.stdout.write
    if name != "held_out":
        for question, rank in zip(questions, ranks, strict=True):
            if not 0 < rank <= judge.FIRST:
                write(f"\n{question.id} {question.text} {question.near} (rank {rank or '-'})\n")
                for hit in site_passages.ask(question)[: judge.FIRST]:
                    write(f"    {hit.area} {hit.title} {hit.label} {hit.passage[:60]!r}\n")
        topics = defaultdict(list)
        for question, rank in zip(questions, ranks, strict=True):
            topics[question.topic].append(rank)
        for topic, found in topics.items():
            write(f"{topic:16} {judge.first_share(found):.2f} of {len(found)}\n")
    write(f"{name}: {len(ranks)} questions, {summary(judge, ranks)}\n")
    return 0


def summary(judge, ranks) -> str:
    """Both measures in one line."""
    return (
        f"first {judge.FIRST} {judge.first_share(ranks):.3f}, "
        f"MRR {judge.mean_reciprocal_rank(ranks):.3f}"
    )


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "tuning"
    if wanted not in ("development", "tuning", "held_out"):
        sys.exit("measure.py [development|tuning|held_out]")
    sys.exit(main(wanted))
