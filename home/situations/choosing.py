"""Which articles concern a situation, and how much. No Django: texts and words in, ranks out.

A word of the situation decides; a weak one (礼, 水) only together with another sign: a second weak
word beside it, the heading of the chapter, or a number of the situation's own matters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

_FRAME = re.compile(
    r"制定本|本(?:章程|公约|村规民约|居民公约|组规约|规约|约)(?:所称|自|从|适用|由|经|共|未尽)"
    r"|同时废止|之日起(?:施行|执行|生效)"
)
"""Articles about the text itself (purpose, scope, coming into force) answer no question."""
_FRAME_LENGTH = 160
"""A longer article says more than that: some texts are one article."""
_CLAUSE_END = re.compile(r"[，。；：\n]")
_WORD, _FURTHER_WORD, _OPENING, _HEADING, _MARK, _WEAK = 4, 1, 3, 2, 5, 1
_MOST_WEAK = 2
"""Further weak words say no more about an article than two do."""


@dataclass(frozen=True)
class Topic:
    """What a situation is recognised by.

    `ignored` are phrases in which its words mean something else (垃圾短信). `matters` are keys of
    what limits are about; a limit for one of `scopes` (白事) counts whatever it is about.
    """

    words: tuple[str, ...]
    weak: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    matters: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()

    def blank(self, text: str) -> str:
        """The text with `ignored` phrases blanked out, so that places in it stay the same."""
        for phrase in sorted(self.ignored, key=len, reverse=True):
            text = text.replace(phrase, "\0" * len(phrase))
        return text

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        return (*self.words, *self.weak)

    def counts(self, matter: str, scope: str) -> bool:
        """Whether a limit on `matter` for `scope` (红事、两个子女) is its own."""
        named = scope.split("、") if scope else ()
        return matter in self.matters or any(word in named for word in self.scopes)


@dataclass(frozen=True)
class Passage:
    """An article: its chapter's heading, its words with its items a line each, its limits.

    `marks` are (key of the matter, scope) of the confirmed limits in it.
    """

    text: str
    heading: str = ""
    marks: tuple[tuple[str, str], ...] = field(default=())


def relevance(passage: Passage, topic: Topic) -> int:
    """How much an article concerns a situation; 0: it does not."""
    text, heading = topic.blank(passage.text), topic.blank(passage.heading)
    marked = any(topic.counts(matter, scope) for matter, scope in passage.marks)
    if not marked and len(text) <= _FRAME_LENGTH and _FRAME.search(text):
        return 0
    named = {word for word in topic.words if word in text}
    weak = {word for word in topic.weak if word in text}
    headed = any(word in heading for word in topic.words)
    if not (named or marked or (weak and headed) or len(_apart(weak)) >= 2):
        return 0
    opening = _CLAUSE_END.split(text, maxsplit=1)[0]
    score = _WEAK * min(len(weak), _MOST_WEAK)
    score += _MARK if marked else 0
    score += _HEADING if headed else 0
    if named:
        score += _WORD + _FURTHER_WORD * (len(_apart(named)) - 1)
        score += _OPENING if any(word in opening for word in named) else 0
    return score


def _apart(words: set[str]) -> set[str]:
    """The words that are no part of a longer one of them: 办酒席 counts once, not as 酒席, too."""
    return {word for word in words if not any(word != other and word in other for other in words)}


def ranked(passages: Sequence[Passage], topic: Topic) -> list[tuple[int, int]]:
    """(place, relevance) of the articles that concern a situation, the nearest first."""
    scored = [(relevance(passage, topic), -place) for place, passage in enumerate(passages)]
    return [(-place, score) for score, place in sorted(scored, reverse=True) if score]
