"""Which documents of the index anybody may see."""

import numpy as np
from django.conf import settings

from search.columns import Snapshot
from search.kinds import KIND_LABELS
from search.schema import ENDED, LIVE, RESTRICTED, SAMPLE


def public_mask(snapshot: Snapshot, restricted: tuple[str, ...]) -> np.ndarray:
    """Documents that anybody may see, in force or not.

    ``restricted``: what ``closed_paths()`` says this moment; the index may be behind.
    """

    def make() -> np.ndarray:
        flags = snapshot.flags
        visible = (flags & LIVE > 0) & (flags & RESTRICTED == 0) & snapshot.present
        if not settings.CUNYUE_SAMPLE:
            visible &= flags & SAMPLE == 0
        codes, kinds = snapshot.codes("kind")
        known = [code for code, kind in enumerate(kinds) if kind in KIND_LABELS]
        return visible & np.isin(codes, known) & ~snapshot.at_or_under(restricted)

    return snapshot.kept(f"public, samples {settings.CUNYUE_SAMPLE}, without {restricted}", make)


def ended_mask(snapshot: Snapshot) -> np.ndarray:
    """Documents of rules that are not in force."""
    return snapshot.kept("ended", lambda: snapshot.flags & ENDED > 0)
