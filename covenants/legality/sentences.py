"""The sentences of an article as the rules read them, with the places they come from.

Width, traditional characters and invisible signs are folded, blanks and hard line breaks between
characters fall away. No Django here.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from covenants.limits.lines import lines_of
from search.folding import fold

LONGEST_SENTENCE = 400
"""Characters after which a sentence without an end is cut, so that hostile texts cost no more."""
LONGEST_ARTICLE = 20_000
_END = re.compile(r"[。;!?]")
_LABEL = re.compile(
    r"第[0-9〇零一二三四五六七八九十百 ]{1,8}[章节条款项]"
    r"|[(（]?[0-9一二三四五六七八九十]{1,3}[)）、.．]|[①-⑳]"
)
_AFTER_END = re.compile(r"[。；;！!？?：:\n]\s*\Z")
# A clause ends here: a comma; 违者, 否则 …; …者罚, …的处 (not 取消或者收回).
_CLAUSE = re.compile(r",|(?<!或)[者的](?=[罚处扣没停取收重断])")


@dataclass(frozen=True)
class Sentence:
    """One sentence: its folded `text`, and for each character its place in the plain text.

    The first `lead` characters are the words it stands under (有下列行为之一的:), of another line;
    their places are -1.
    """

    text: str
    places: tuple[int, ...]
    lead: int = 0

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the plain text that [start, end) stands for, the lead left out."""
        start = max(start, self.lead)
        return self.places[start], self.places[max(end, start + 1) - 1] + 1


def clause_starts(text: str, turns: list[tuple[int, int]]) -> list[int]:
    """Where the clauses of a folded sentence begin; `turns` are the places of words like 违者."""
    cuts = {match.end() for match in _CLAUSE.finditer(text)}
    return sorted({0, *cuts, *(start for start, _end in turns)})


def clause_of(starts: list[int], place: int, length: int) -> tuple[int, int]:
    """[start, end) of the clause that holds a place."""
    number = bisect_right(starts, place)
    return starts[number - 1], starts[number] if number < len(starts) else length


def plain_text(text: str, items=()) -> str:
    """An article as `Provision.plain_text` lays it out."""
    return "\n".join(line.text for line in lines_of(text, items))


def sentences_of(text: str, items=()) -> list[Sentence]:
    """The sentences of an article in order; places are those of `Provision.plain_text`.

    `items` nest as [{"label","text","items"}]. An item that stands under unfinished words is read
    together with them.
    """
    found, read = [], 0
    for line in _lines(text, items):
        read += len(line.text)
        if read > LONGEST_ARTICLE:
            break
        lead = _lead(line.above[0]) if line.above else ""
        for number, (begin, piece) in enumerate(_pieces(line.text)):
            made = _sentence(piece, line.start + begin, lead if number == 0 else "")
            if made:
                found.append(made)
    return found


@dataclass
class _Line:
    start: int
    text: str
    above: tuple[str, ...]


def _lines(text: str, items) -> list[_Line]:
    """The lines of an article, those that only a hard line break parts put together."""
    joined: list[_Line] = []
    for line in lines_of(text, items):
        last = joined[-1] if joined else None
        # Paragraphs of one text are led by the one before; so are the lines of a wrapped one.
        if (
            last
            and line.above
            and line.above[0] == last.text.rsplit("\n", 1)[-1]
            and last.start + len(last.text) + 1 == line.start
            and last.text.strip()
            and not _AFTER_END.search(last.text)
            and not _LABEL.match(line.text.lstrip())
        ):
            last.text += "\n" + line.text
        else:
            joined.append(_Line(line.start, line.text, line.above))
    return joined


def _lead(above: str) -> str:
    """The unfinished words at the end of what an item stands under: 违反的,按以下处理:"""
    folded = "".join(fold(above).split())
    if not folded.endswith(":"):
        return ""
    return _END.split(folded)[-1][-LONGEST_SENTENCE // 2 :]


def _pieces(line: str):
    """(start, text) of the sentences of a line, as they stand there."""
    begin = 0
    for match in _END.finditer(fold(line)):
        yield begin, line[begin : match.start()]
        begin = match.end()
    yield begin, line[begin:]


def _sentence(piece: str, start: int, lead: str) -> Sentence | None:
    folded = fold(piece)
    kept = [(sign, start + i) for i, sign in enumerate(folded) if not sign.isspace()]
    kept = kept[:LONGEST_SENTENCE]
    if not kept:
        return None
    text = lead + "".join(sign for sign, _place in kept)
    return Sentence(text, (*[-1] * len(lead), *(place for _sign, place in kept)), len(lead))
