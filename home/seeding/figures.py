"""What fills the braces of the clauses: the figures and names of one place. Pure."""

from random import Random

from home.seeding.places import Place

_HAN = "零一二三四五六七八九十"
_LOCAL_FIRST = "老大小黑白青红响干湿双三高矮石木竹松栗桃梨羊马牛鹰蛇龙猫花草水火风月"
_HILLS = ("山", "岭", "坡", "梁子", "大箐", "崖", "坎")
_WATERS = ("龙潭", "水库", "坝塘", "小河", "箐沟", "水井", "河")
_FIELDS = ("大田", "坪子", "坝子", "旱地", "园子", "梯田", "凹子")
_CROSSINGS = ("桥头", "岔路口", "街子", "垭口", "老树下", "场坝")
_FESTIVALS = ("火把节", "火把节", "彝历年", "插花节", "春节", "中秋节", "赛装节")

_NUMBERS = {
    "tables": (8, 10, 12, 15, 18, 20, 25),
    "small": (2, 3, 5, 6),
    "cost": (200, 260, 300, 360, 400, 500, 600),
    "dishes": (8, 9, 10, 12),
    "gift": (50, 100, 100, 150, 200),
    "cigarettes": (10, 15, 20, 25, 30),
    "liquor": (20, 30, 50, 80, 100),
    "bride": (3, 5, 5, 6, 8),
    "cars": (4, 5, 6, 8),
    "funeral": (1, 2, 2, 3),
    "funeral_cost": (120, 150, 200, 240, 300),
    "funeral_tables": (8, 10, 12, 15, 20),
    "wreaths": (4, 6, 8, 10),
    "helpers": (10, 15, 20, 30),
    "helpers_small": (1, 2, 3),
    "report": (3, 5, 7, 10, 15),
    "hour": (9, 10, 11),
    "pickups": (1, 2, 3, 7),
    "fee": (24, 36, 48, 60, 96, 120),
    "clean_day": (1, 5, 10, 15, 20, 25),
    "metres": (20, 30, 50, 80, 100, 200),
    "water_price": (1, 2, 3),
    "hours": (2, 12, 24),
    "fire_from": (11, 12),
    "fire_to": (5, 6),
    "watchers": (2, 3, 4),
    "extinguishers": (1, 2),
    "drills": (1, 2, 4),
    "leash": (1, 2),
    "pigs": (5, 10, 20, 30),
    "goats": (20, 30, 50, 80),
    "house": (90, 100, 120, 150),
    "floors": (2, 3),
    "pile": (3, 5, 7, 15),
    "tons": (5, 8, 10, 15),
    "section": (20, 30, 50, 60),
    "speed": (15, 20, 30),
    "lamp": (10, 11, 12),
    "mediation": (3, 5, 7, 15),
    "help_years": (1, 2, 3),
    "talks": (2, 3, 4, 6),
    "visits": (1, 2, 3, 4),
    "amount": (500, 1000, 2000, 3000, 5000, 10000),
    "broadcasts": (1, 2, 3, 5),
    "notice": (3, 5, 7, 10),
    "torch": (1, 2, 3),
    "share": (10, 20, 30, 50),
    "timber": (2, 3, 5),
    "saplings": (3, 5, 10),
    "fallow": (1, 2),
    "register": (1, 3, 7),
    "awards": (3, 5, 8, 10),
    "answer": (3, 5, 7, 10),
    "lease": (3, 5, 10, 20),
    "month": (1, 6, 11, 12),
    "members": (3, 5, 7),
    "ethics_members": (6, 7, 8, 9, 10),
    "absences": (2, 3),
    "petitioners": (5, 10, 15, 20),
    "months": (1, 2, 3),
    "minutes": (3, 5, 10),
    "weeks": (1, 2, 4),
    "archive": (3, 5, 10),
    "term": (3, 5),
    "patrol": (1, 2, 3),
}


def figures_of(place: Place, seed: int) -> dict[str, str]:
    """{brace: words} of a place; the same on every run with the same seed.

    A group keeps its village's names of hills and waters, and most of its figures.
    """
    village_key = place.key.partition("-g")[0]
    random = Random(f"{seed}:figures:{village_key}")  # noqa: S311
    numbers = {name: random.choice(values) for name, values in _NUMBERS.items()}
    in_han = random.random() < 0.5
    found = {
        "hill": _local(random, _HILLS),
        "water": _local(random, _WATERS),
        "field": _local(random, _FIELDS),
        "crossing": _local(random, _CROSSINGS),
        "square": random.choice(("文化广场", "打歌场", "活动室院坝", "篮球场")),
        "festival": random.choice(_FESTIVALS),
        "feast": random.choice(("办客", "酒席", "宴席", "客事")),
        "giving": random.choice(("礼金", "随礼", "挂礼", "份子钱")),
        "manager": random.choice(("管水员", "管护员", "用水户协会")),
    }
    found["road"] = random.choice(("通组路", "{hill}公路", "机耕路", "{field}路")).format(**found)
    if place.group is not None:
        own = Random(f"{seed}:figures:{place.key}")  # noqa: S311
        for name in own.sample(sorted(_NUMBERS), 6):
            numbers[name] = own.choice(_NUMBERS[name])
    found |= {name: _written(value, in_han) for name, value in numbers.items()}
    return found | _words_of(place)


def _local(random: Random, endings) -> str:
    return random.choice(_LOCAL_FIRST) + random.choice(_LOCAL_FIRST) + random.choice(endings)


def _written(value: int, in_han: bool) -> str:
    """Half of the villages write small numbers in Chinese."""
    if not in_han or value > 99:
        return str(value)
    if value == 2:
        return "两"
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_HAN[tens]}十")
    return head + (_HAN[ones] if ones else "")


def _words_of(place: Place) -> dict[str, str]:
    community = place.community
    people = "居民" if community else "村民"
    whole = "社区" if community else "村"
    return {
        "village": place.name,
        "township": f"{place.township}人民政府",
        "here": f"本{'组' if place.group is not None else whole}",
        "people": people,
        "committee": f"{people}委员会",
        "assembly": f"{people}小组会议" if place.group is not None else f"{people}会议",
        "covenant": "居民公约" if community else "村规民约",
        "leader": f"{people}小组长" if place.group is not None else f"{people}委员会",
    }
