"""How near a document is to the asker's own place: own group, own village, elsewhere."""

import numpy as np

from search.columns import Snapshot

OWN_GROUP, OWN_VILLAGE, ELSEWHERE = 0, 1, 2
OWN_NAMES = {OWN_GROUP: "group", OWN_VILLAGE: "village"}
_VILLAGE_PATH, _GROUP_PATH = 20, 24


def tiers_of(snapshot: Snapshot, near: str) -> np.ndarray:
    """How near each document is to the place with a tree path: own group, own village, else."""
    tiers = np.full(snapshot.size, ELSEWHERE, dtype=np.int8)
    if len(near) < _GROUP_PATH:
        tiers[snapshot.where("village", near) if near else []] = OWN_VILLAGE
        return tiers
    village = np.flatnonzero(snapshot.where("village", near[:_VILLAGE_PATH]))
    codes, kinds = snapshot.codes("kind")
    paths = [path.decode() for path in snapshot.paths[village].tolist()]
    groups = {
        path
        for doc, path in zip(village.tolist(), paths, strict=True)
        if kinds[codes[doc]] == "place" and len(path) == _GROUP_PATH
    }
    for doc, path in zip(village.tolist(), paths, strict=True):
        if path.startswith(near):
            tiers[doc] = OWN_GROUP
        elif path[:_GROUP_PATH] not in groups:
            tiers[doc] = OWN_VILLAGE
    return tiers
