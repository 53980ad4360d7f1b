"""Tells from names and titles where a file belongs and what it is. Says when it is not sure.

Knows no database: `PlaceBook` is made of rows that somebody else read.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from covenants.kinds import kinds_in
from villages.models.public import COUNTY, TOWNSHIP, VILLAGE
from villages.names import core_name, full_area_name, group_number, short_name

SHOWN = 4
_CODE = re.compile(r"(?<!\d)\d{12}(?!\d)")
_GROUP = re.compile(
    r"第?(?:[0-9]{1,3}|[零〇一二三四五六七八九十百]{1,5})(?:村民|居民)?(?:小组|组)(?!长|织|成)"
)
_TOKENS = re.compile(r"[\s_\-—－·・.,，、（）()【】\[\]《》“”]+")
_VILLAGE_NAME = re.compile(r"[\u4e00-\u9fff]{2}(?:村|社区)(?=村|居|红|道|禁|议|第|章|公|$)")
_SUFFIXES = ("村", "社区", "村委会", "居委会", "村民委员会", "居民委员会")


def kind_of(path: str, title: str) -> tuple[str, list[str]]:
    """(kind or "", doubts). The title decides; a name that says otherwise is a doubt."""
    named = next((found for part in _parts(path)[::-1] if (found := kinds_in(part))), [])
    titled = kinds_in(title)
    if len(titled) > 1 and len(both := [kind for kind in titled if kind in named]) == 1:
        titled = both
    if len(titled) == 1:
        if named and titled[0] not in named:
            return titled[0], [_("文件名和标题说的不是同一种规约。")]
        return titled[0], []
    if len(named) == 1:
        return named[0], []
    if not named and not titled:
        return "", [_("看不出是哪一种规约。")]
    return "", [_("名称里提到几种规约，分不清是哪一种。")]


def names_another(title: str, village: str) -> bool:
    """Whether a title names a village or community that is not this one."""
    return bool(_VILLAGE_NAME.search(title)) and short_name(village) not in title


def groups_in(text: str) -> list[int]:
    """Numbers of the groups that a text names."""
    return [n for found in _GROUP.finditer(text) if (n := group_number(found[0])) is not None]


def _parts(path: str) -> list[str]:
    pure = PurePosixPath(path)
    return [*pure.parent.parts, pure.stem]


@dataclass(frozen=True, slots=True)
class Place:
    """A county, township or village as the book knows it."""

    pk: int
    path: str
    code: str
    name: str
    title: str


@dataclass(slots=True)
class Found:
    """The village a file seems to belong to, and its group's number where one is named.

    `village` is None when nothing or too much fits; `doubts` are sentences for a person.
    """

    village: Place | None = None
    group: int | None = None
    doubts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Named:
    """What one text names, by tree path."""

    above: set[str] = field(default_factory=set)
    villages: list[set[str]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


class PlaceBook:
    """The names of all places below a scope, and how to read them off paths and titles."""

    def __init__(self, places: Iterable[Place], aliases: Iterable[tuple[str, str]] = ()):
        """`aliases`: (tree path, other name)."""
        self.by_path = {place.path: place for place in places}
        self.by_code = {place.code: place for place in self.by_path.values() if place.code}
        self._spelt: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        also: list[tuple[str, str]] = []
        for place in self.by_path.values():
            self._spelt[place.title].add(place.path)
            self._spelt[place.name].add(place.path)
            if len(place.path) == VILLAGE:
                core = core_name(place.name)
                self._bare[short_name(place.name)].add(place.path)
                also += [(f"{core.removesuffix('村')}{end}", place.path) for end in _SUFFIXES]
        for path, name in aliases:
            self._spelt[name].add(path)
        own = set(self._spelt)
        for name, path in also:
            # 岔河社区 means the community of that name where there is one, not the village 岔河.
            if name not in own:
                self._spelt[name].add(path)
        self._longest = max(map(len, self._spelt), default=0)

    def label(self, path: str) -> str:
        """县 · 乡镇 · 村."""
        above = [self.by_path.get(path[:end]) for end in (COUNTY, TOWNSHIP, VILLAGE)]
        return full_area_name([place.title for place in above if place])

    def find(self, path: str, title: str) -> Found:
        """Where a file belongs, by its path within the batch and its text's title."""
        parts = _parts(path)
        found = Found()
        groups = sorted({number for text in [*parts, title] for number in groups_in(text)})
        if len(groups) == 1:
            found.group = groups[0]
        elif groups:
            found.doubts.append(_("名称里提到几个小组，分不清是哪一个。"))
        codes = {code for part in parts for code in _CODE.findall(part)}
        if codes:
            return self._by_code(codes, found)
        named, titled = self._named(parts), self._named([title])
        sets = named.villages[::-1] + titled.villages
        found.doubts += named.unsure + titled.unsure
        if not sets:
            found.doubts.append(_("路径、文件名和标题里都没有认出村名。"))
            return found
        above = named.above | titled.above
        fitting = {
            village
            for village in sets[0]
            if all(village.startswith(a) or not self._same_level(village, a, above) for a in above)
        }
        if not fitting:
            found.doubts.append(_("名称里的县、乡镇下没有这个村。"))
            return found
        agreed = fitting.intersection(*sets[1:])
        if not agreed:
            found.doubts.append(_("路径或文件名与标题说的不是同一个村。"))
            if len(fitting) == 1:
                found.village = self.by_path[fitting.pop()]
            return found
        if len(agreed) > 1:
            names = "；".join(self.label(p) for p in sorted(agreed)[:SHOWN])
            found.doubts.append(
                _("有 %(n)d 个同名的村，分不清是哪一个：%(names)s。请在文件夹名里写上乡镇。")
                % {"n": len(agreed), "names": names}
            )
            return found
        found.village = self.by_path[agreed.pop()]
        return found

    def _by_code(self, codes, found: Found) -> Found:
        villages = [self.by_code[code] for code in codes if code in self.by_code]
        if len(codes) == 1 and villages and len(villages[0].path) == VILLAGE:
            found.village = villages[0]
        else:
            found.doubts.append(
                _("代码 %(codes)s 不是这个范围里的一个村。") % {"codes": "、".join(sorted(codes))}
            )
        return found

    def _same_level(self, village: str, above: str, named: set[str]) -> bool:
        """Whether a named county or township excludes the village: none of its level fits it."""
        return not any(len(a) == len(above) and village.startswith(a) for a in named)

    def _named(self, texts: Iterable[str]) -> _Named:
        named = _Named()
        for text in texts:
            self._read(text, named)
        return named

    def _read(self, text: str, named: _Named) -> None:
        """Note the longest names in a text, from left to right."""
        bare = {p for token in _TOKENS.split(text) for p in self._bare.get(token, ())}
        start, villages, bound = 0, set(), True
        while start < len(text):
            end = next(
                (
                    end
                    for end in range(min(len(text), start + self._longest), start + 1, -1)
                    if text[start:end] in self._spelt
                ),
                None,
            )
            if end is None:
                bound = not ("\u4e00" <= text[start] <= "\u9fff") or ord(text[start]) > 0x1FFFF
                start += 1
                continue
            paths = self._spelt[text[start:end]]
            named.above |= {path for path in paths if len(path) < VILLAGE}
            here = {path for path in paths if len(path) == VILLAGE}
            if here:
                villages = here
                if not bound:
                    named.unsure.append(
                        _("“%(text)s”里的“%(name)s”前面还有别的字，可能是另一个村。")
                        % {"text": text[:40], "name": text[start:end]}
                    )
            start, bound = end, True
        if villages or bare:
            named.villages.append(villages or bare)
