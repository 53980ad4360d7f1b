"""What a group that follows its village's covenant has instead of a rule: a note on it (说明).

The same parts as a rule, so that every format writes it; `covenants.file_names` never takes it for
one when it comes back.
"""

from django.conf import settings
from django.utils import timezone, translation

from covenants.followed import Held
from covenants.kinds import COVENANT, kind_name
from covenants.parsing import Adoption, Article, Chapter, ParsedRules
from covenants.reading import day_text
from villages.names import is_community

from .document import RuleDocument

FOLLOWING = "following"
"""The `kind` of such a note; of no rule."""


def following_document(group, held: Held, address: str = "") -> RuleDocument:
    """The note of a group (with its `areas`): what it follows, since when, by which meeting, what
    differs, each article of its own with the village's beside it.
    """
    # A text is content: Chinese, whatever language the visitor's screen speaks.
    with translation.override(settings.LANGUAGE_CODE):
        return _document(group, held, address)


def _document(group, held, address):
    village = group.village
    following = held.following
    word = kind_name(COVENANT, community=is_community(village.name))
    day = held.on or timezone.localdate()
    name = held.edition.title if held.edition else getattr(held.covenant, "title", "")
    followed = f"《{name}》" if name else f"村里的{word}"
    facts = [
        f"{village.title}{group.title}沿用{followed}。",
        f"{day_text(following.adopted_on)}由{following.adopted_by}通过。{held.sentence}",
    ]
    if held.edition:
        facts.append(
            f"{day_text(day)}，村里施行的是第{held.edition.number}版，"
            f"自{day_text(held.edition.effective_from)}起施行。"
            if held.edition.in_force(day)
            else f"{day_text(day)}，村里的{word}没有施行中的版本。"
        )
    if following.is_legacy:
        facts.append("历史存量（程序资料不全）。")
    if held.rows:
        facts.append(f"本组另有规定{len(held.rows)}条，按本组的规定办；其他各条按{followed}办。")
    else:
        facts.append(f"本组没有另外的规定，各条都按{followed}办。")
    chapters = [Chapter("", "本组另有规定的条文", [_article(row, held) for row in held.rows])]
    rules = ParsedRules(
        title=f"{village.title}{group.title}沿用{word}的说明",
        preamble="\n".join(facts),
        chapters=chapters if held.rows else [],
    )
    rules.adopted = Adoption(following.adopted_on.isoformat(), following.adopted_by)
    return RuleDocument(rules, FOLLOWING, group.area_name, held.sentence, address, held=held)


def _article(row, held) -> Article:
    lines = [f"本组的规定：{row.article.text}"]
    if held.covenant:
        if row.village_text:
            lines.append(f"村里的规定：{row.village_text}")
        if row.former:
            lines.append(f"本组登记时，村里的规定是：{row.former}")
        if row.note:
            lines.append(f"说明：{row.note}")
    return Article(row.article.label, "\n".join(lines))
