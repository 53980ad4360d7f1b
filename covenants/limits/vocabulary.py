"""What the extractor looks for: measures with their unit words, matters with their names in texts.

The shipped defaults; the site's own stand in tables that editors extend. No Django here.
"""

from dataclasses import dataclass
from functools import cached_property

AT_MOST, AT_LEAST, BELOW, ABOVE, EXACTLY, ABOUT = "<=", ">=", "<", ">", "=", "~"
COMPARATORS = (AT_MOST, AT_LEAST, BELOW, ABOVE, EXACTLY, ABOUT)


@dataclass(frozen=True)
class Measure:
    """A unit numbers are counted in.

    `words` are the ways texts write the unit. `loose` ones (只, 条, 张) also count other things
    and are taken only where the text names a matter measured in them.
    """

    key: str
    name: str
    unit: str
    words: tuple[str, ...]
    loose: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matter:
    """What a covenant limits.

    `measures` are keys; the first is the one a bare number (烟不过二十) is read in. A matter
    without `words` stands in where a bounded number names no other matter of its measure.
    `weak` words (每桌, 一包) count only where no other word of the clause fits. `assumed` is the
    comparator of a number that follows the matter without one (酒席15桌); empty: such a number is
    no limit. `waivable` matters are limited to nothing by 不收, 免收, 不办. A `general` matter
    (距离, 办理期限) tells a reader little without the clause it stands in.
    """

    key: str
    name: str
    measures: tuple[str, ...]
    words: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    assumed: str = ""
    waivable: bool = False
    general: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """The measures and matters in force, in order of precedence."""

    measures: tuple[Measure, ...]
    matters: tuple[Matter, ...]

    @cached_property
    def measures_of_word(self) -> dict[str, list[tuple[Measure, bool]]]:
        """{unit word: [(measure, whether the word is loose)]}."""
        found: dict[str, list[tuple[Measure, bool]]] = {}
        for measure in self.measures:
            for word in {measure.unit, *measure.words}:
                found.setdefault(word, []).append((measure, False))
            for word in measure.loose:
                found.setdefault(word, []).append((measure, True))
        return found

    @cached_property
    def matters_of_measure(self) -> dict[str, list[Matter]]:
        found: dict[str, list[Matter]] = {measure.key: [] for measure in self.measures}
        for matter in self.matters:
            for key in matter.measures:
                if key in found:
                    found[key].append(matter)
        return found

    @cached_property
    def matters_of_word(self) -> dict[str, list[tuple[Matter, bool]]]:
        """{word: [(matter, whether the word is weak)]}."""
        found: dict[str, list[tuple[Matter, bool]]] = {}
        for matter in self.matters:
            for words, weak in ((matter.words, False), (matter.weak, True)):
                for word in words:
                    found.setdefault(word, []).append((matter, weak))
        return found


MEASURES = (
    Measure("table", "桌数", "桌", ("席",)),
    Measure("yuan", "金额", "元", ("圆", "块钱", "块", "元钱")),
    Measure("day", "天数", "天", ("日", "个工作日", "工作日")),
    Measure("hour", "小时数", "小时", ("个小时", "钟头", "个钟头")),
    Measure("minute", "分钟数", "分钟", ()),
    Measure("week", "周数", "周", ("个星期", "星期")),
    Measure("month", "月数", "个月", ()),
    Measure("year", "年数", "年", ()),
    Measure("people", "人数", "人", ("名", "位")),
    Measure("metre", "米数", "米", ("公尺",)),
    Measure("centimetre", "厘米数", "厘米", ("公分",)),
    Measure("kilometre", "公里数", "公里", ("千米",)),
    Measure("speed", "车速", "公里/小时", ("公里每小时", "迈"), ("公里", "码")),
    Measure("vehicle", "车辆数", "辆", (), ("张", "台", "部")),
    Measure("head", "头数", "头", (), ("只", "匹", "条", "口", "个")),
    Measure("dish", "菜数", "个菜", ("道菜", "碗菜"), ("菜", "道", "个", "碗")),
    Measure("pack", "包数", "包", ("盒",), ("条",)),
    Measure("bottle", "瓶数", "瓶", ()),
    Measure("string", "挂数", "挂", ("串", "封", "盘鞭炮"), ("盘",)),
    Measure("storey", "层数", "层", ()),
    Measure("square_metre", "平方米数", "平方米", ("平米", "㎡")),
    Measure("jin", "斤数", "斤", ("市斤",)),
    Measure("kilogram", "公斤数", "公斤", ("千克",)),
    Measure("times", "次数", "次", ("遍",), ("回",)),
)

_FEAST = ("酒席", "宴席", "席面", "婚宴", "丧宴", "宴请", "办客", "客事", "请客", "待客", "办酒")
_TIME = ("day", "hour")

MATTERS = (
    Matter(
        "feast_tables",
        "酒席桌数",
        ("table",),
        (*_FEAST, "桌数", "酒宴", "喜宴", "正席", "办席", "席桌", "席", "客"),
        assumed=EXACTLY,
        waivable=True,
    ),
    Matter(
        "table_cost",
        "每桌金额",
        ("yuan",),
        ("菜金", "餐标", "席面", "饭菜", "菜钱", "桌均", "单桌成本", "宴席标准", "酒席标准"),
        ("每桌", "一桌", "每席", "一席", "单桌", "桌"),
        assumed=EXACTLY,
    ),
    Matter(
        "gift_money",
        "礼金",
        ("yuan",),
        (
            *("礼金", "随礼", "份子钱", "份子", "挂礼", "送礼", "礼钱", "人情钱", "人情", "情礼"),
            *("红包", "压岁钱", "回礼", "贺礼", "帛金", "礼"),
        ),
        assumed=EXACTLY,
        waivable=True,
    ),
    Matter(
        "bride_price",
        "彩礼",
        ("yuan",),
        ("彩礼", "聘礼", "聘金", "财礼", "礼银"),
        assumed=EXACTLY,
        waivable=True,
    ),
    Matter(
        "cigarettes",
        "香烟",
        ("yuan",),
        ("香烟", "用烟", "烟草", "卷烟", "纸烟", "烟"),
        ("每包", "一包", "每盒", "一盒", "每条"),
        assumed=EXACTLY,
    ),
    Matter(
        "liquor",
        "酒水",
        ("yuan",),
        ("酒水", "白酒", "用酒", "瓶装酒", "小锅酒", "啤酒", "酒"),
        ("每瓶", "一瓶"),
        assumed=EXACTLY,
    ),
    Matter("deposit", "押金", ("yuan",), ("押金", "保证金"), assumed=EXACTLY, waivable=True),
    Matter(
        "fee",
        "收费",
        ("yuan",),
        (
            *("费用", "租金", "卫生费", "使用费", "场地费", "管理费", "水费", "电费", "手续费"),
            *("清运费", "垃圾费", "收费", "费"),
        ),
        assumed=EXACTLY,
        waivable=True,
        general=True,
    ),
    Matter(
        "funeral_days",
        "丧事天数",
        _TIME,
        (
            *("丧事", "白事", "治丧", "丧葬", "守灵", "停灵", "出殡", "安葬", "送葬", "丧期", "丧"),
            *("灵堂",),
        ),
        assumed=EXACTLY,
    ),
    Matter(
        "wedding_days",
        "婚事天数",
        _TIME,
        ("婚事", "红事", "喜事", "婚礼", "婚嫁", "婚庆", "结婚"),
        assumed=EXACTLY,
    ),
    Matter(
        "feast_days",
        "办客天数",
        _TIME,
        (*_FEAST, "正席", "办席", "摆席"),
        assumed=EXACTLY,
    ),
    Matter(
        "notice",
        "提前报告",
        ("day", "week", "month", "hour"),
        ("提前", "提早", "会前", "事前", "节前", "婚前", "办客前", "办事前", "红事前", "白事前"),
        assumed=AT_LEAST,
        general=True,
    ),
    Matter(
        "display_days",
        "公示天数",
        ("day",),
        ("公示", "张贴", "公告", "张榜", "公布时间"),
        assumed=EXACTLY,
        general=True,
    ),
    Matter("food_sample", "食材留样", ("hour", "day"), ("留样",), assumed=EXACTLY),
    Matter("deadline", "办理期限", ("day", "week", "month", "year"), general=True),
    Matter("duration", "时长", ("hour", "minute"), general=True),
    Matter("people", "人数", ("people",), general=True),
    Matter(
        "size",
        "尺寸",
        ("metre", "centimetre"),
        (
            *("高度", "宽度", "长度", "深度", "净宽", "绳长", "檐口", "高于", "高不过", "宽", "高"),
            *("长", "深"),
        ),
        general=True,
    ),
    Matter(
        "distance",
        "距离",
        ("metre", "kilometre"),
        weak=("离", "距", "距离", "间距", "相距", "间隔", "远离", "周围", "周边"),
        general=True,
    ),
    Matter("vehicles", "车辆", ("vehicle",), ("车辆", "轿车", "婚车", "车队", "车")),
    Matter(
        "speed", "车速", ("speed",), ("时速", "车速", "限速", "速度", "每小时"), assumed=AT_MOST
    ),
    Matter(
        "livestock",
        "牲畜头数",
        ("head",),
        ("牲畜", "宰杀", "羊", "牛", "猪", "马", "鸡", "狗", "犬"),
    ),
    Matter("dishes", "菜品数", ("dish",), ("菜品", "菜肴", "荤菜", "热菜", "凉菜", "菜")),
    Matter("cigarette_packs", "香烟数量", ("pack",), ("香烟", "烟")),
    Matter("liquor_bottles", "酒水数量", ("bottle",), ("白酒", "啤酒", "酒水", "酒")),
    Matter("firecrackers", "鞭炮", ("string",), ("鞭炮", "炮仗", "爆竹")),
    Matter("storeys", "层数", ("storey",), general=True),
    Matter("area", "面积", ("square_metre",), general=True),
    Matter("weight", "重量", ("jin", "kilogram"), general=True),
    Matter("times", "次数", ("times",), general=True),
    Matter("money", "金额", ("yuan",), general=True),
)

SHIPPED = Vocabulary(MEASURES, MATTERS)
