"""What the places in the index are called, so that a name in a question means the place.

Read from the documents of places, once for each segment; knows no database.
"""

import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from search.analyzer import is_word
from search.columns import Leaf, Snapshot
from search.folding import HAN
from search.layout import unpack_texts
from search.lexicon import sound
from search.schema import LIVE, RESTRICTED

PLACE_KIND = "place"
MIN_PINYIN = 4
"""Letters from which a Latin word may be a place; shorter ones are too many things."""

_SAID_ALSO = (("jing", "qing"), ("zuo", "ju"))
"""What people type for 箐 and 苴, and what is stored."""

_ENDINGS = ("社区", "街道", "村", "镇", "乡", "县", "市", "州")
_NAME = re.compile(rf"[{HAN}]{{2,12}}\Z")
_NUMBERED = re.compile("第?[0-9一二三四五六七八九十百]+(?:村民|居民)?小?组\\Z")


class PlaceNames:
    """Names → tree paths of the live places of a snapshot (``analyzer.Places``)."""

    def __init__(self, snapshot: Snapshot):
        self._by_name: dict[str, tuple[str, ...]] = {}
        self._by_sound: dict[str, tuple[str, ...]] = {}
        for leaf in snapshot.leaves:
            present = snapshot.present[leaf.part]
            for number, names, sounds, path in leaf.columns.kept("places", partial(_read, leaf)):
                if present[number]:
                    for name in names:
                        self._by_name[name] = (*self._by_name.get(name, ()), path)
                    for sound in sounds:
                        self._by_sound[sound] = (*self._by_sound.get(sound, ()), path)
        self._longest = max(map(len, self._by_name), default=0)

    def split(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields (piece, tree paths): the longest names first, ordinary text between them."""
        last = start = 0
        while start < len(text):
            end = self._name_at(text, start)
            if end:
                yield text[last:start], ()
                yield text[start:end], self._by_name[text[start:end]]
                last = start = end
            else:
                start += 1
        yield text[last:], ()

    def _name_at(self, text: str, start: int) -> int:
        """End of the name that begins here; 0 where none does or it may be an everyday word."""
        for end in range(min(len(text), start + self._longest), start + 1, -1):
            name = text[start:end]
            if name in self._by_name and (start == 0 or not is_word(name)):
                return end
        return 0

    def spelt(self, word: str) -> tuple[str, ...]:
        """Tree paths of the places whose pinyin, with or without 村 and the like, a word is."""
        if len(word) < MIN_PINYIN:
            return ()
        spelt = (word, *(word.replace(said, stored) for said, stored in _SAID_ALSO))
        return next((self._by_sound[way] for way in spelt if way in self._by_sound), ())


def place_names(snapshot: Snapshot) -> PlaceNames:
    """The names in a snapshot."""
    return snapshot.kept("place names", lambda: PlaceNames(snapshot))


def _read(leaf: Leaf) -> list[tuple[int, tuple[str, ...], tuple[str, ...], str]]:
    """[(document, names, their pinyin, tree path)] of the public places of a segment."""
    codes, kinds = leaf.columns.names("kind")
    texts, paths = leaf.columns.values("texts"), leaf.columns.path
    flags = leaf.columns.numbers("flags")
    wanted = kinds.index(PLACE_KIND.encode()) if PLACE_KIND.encode() in kinds else -1
    public = (codes == wanted) & (flags & LIVE > 0) & (flags & RESTRICTED == 0)
    found = []
    for number in np.flatnonzero(public).tolist():
        said = unpack_texts(texts[number])
        title = said.get("title", "").split(" ")[0]
        names = _forms(title)
        if names:
            # As people here say it, and as the general dictionary would have it (箐: qing, jing).
            spelt = [said.get("pinyin", ""), *("".join(map(sound, name)) for name in names)]
            sounds = tuple(dict.fromkeys(filter(None, spelt)))
            found.append((number, names, sounds, paths[number].decode()))
    return found


def _forms(title: str) -> tuple[str, ...]:
    """The name as written and without 村, 镇 and the like; numbered groups have none."""
    if not _NAME.match(title) or _NUMBERED.match(title):
        return ()
    short = next((title.removesuffix(end) for end in _ENDINGS if title.endswith(end)), title)
    return tuple(dict.fromkeys(name for name in (title, short) if len(name) > 1))
