"""Where generated texts belong: real or invented places, and how many of a thing each gets.

Pure: no Django, no database.
"""

import heapq
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

_FIRST = "松白青岩云石大小新老龙凤马牛羊鹰竹核桃梨柳杉黑红金银清双三五七上下中前后东西南北干湿平高"
_SECOND = "林山坪坝箐河沟水井田地塘街村寨坡坎岭树桥关营屯庄湾谷洞口"
_COUNTIES = ("青岩县", "白鹤县", "云岭县", "石羊县", "金沙县", "龙川县")


@dataclass(frozen=True)
class Place:
    """A village (``group`` None) or a group of it.

    ``key`` identifies it whatever the database: the texts of a place depend on it alone.
    """

    key: str
    village: str
    township: str
    county: str
    community: bool = False
    group: int | None = None
    index: int = 0

    @property
    def name(self) -> str:
        return self.village if self.group is None else f"{self.village}第{self.group}组"

    @property
    def short_name(self) -> str:
        """What the page of the place is called: a group says its number only."""
        return self.village if self.group is None else f"第{self.group}组"

    def group_of(self, number: int) -> "Place":
        """The group of this village with a number."""
        key = f"{self.key}-g{number}"
        return Place(
            key, self.village, self.township, self.county, self.community, number, self.index
        )


def shares(keys: Sequence[str], total: int, what: str, present: Sequence[int] = ()) -> list[int]:
    """How many of ``total`` things each key gets, unevenly as in life.

    Webster's divisor method: with a greater total none gets fewer, so a larger run completes a
    smaller one. ``present``: how many each key has already; it keeps them, and they count.
    """
    weights = [0.3 + Random(f"{what}:{key}").triangular(0, 2, 0.6) for key in keys]  # noqa: S311
    counts = list(present) or [0] * len(keys)
    queue = [((counts[at] + 0.5) / weight, at) for at, weight in enumerate(weights)]
    heapq.heapify(queue)
    for _ in range(total - sum(counts) if keys else 0):
        _, at = queue[0]
        counts[at] += 1
        heapq.heapreplace(queue, ((counts[at] + 0.5) / weights[at], at))
    return counts


def numbers(present: Iterable[int], count: int) -> list[int]:
    """Numbers of ``count`` things of which some are there: theirs, then the lowest free ones."""
    found = sorted(present)
    free = (number for number in itertools.count(1) if number not in found)
    return found + list(itertools.islice(free, max(0, count - len(found))))


def invented_villages(count: int, seed: int) -> Iterator[Place]:
    """Villages that exist nowhere, for measurements without a database."""
    random = Random(f"{seed}:villages")  # noqa: S311
    for index in range(count):
        name = random.choice(_FIRST) + random.choice(_SECOND)
        if random.random() < 0.5:
            name = random.choice(_FIRST) + name
        community = random.random() < 0.15
        county = _COUNTIES[index * len(_COUNTIES) // count]
        township = Random(f"{seed}:{index // 11}").choice(_FIRST) + "台镇"  # noqa: S311
        village = f"{name}{'社区' if community else '村'}"
        yield Place(f"v{index:06d}", village, township, county, community, index=index)
