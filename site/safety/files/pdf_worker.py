"""Run as a program by `pdf`: a PDF on standard input, its pages' text as JSON on standard output.

A crash of the PDF library ends this process, not the site. Imports nothing of ours.
"""

import json
import sys

import pypdfium2
import pypdfium2.raw

_BREAK = "\r\n"
_LINE_FEED, _BLANK = 10, 32


def main() -> None:
    """Writes {"pages": [{"text", "has_picture"}]}, or {"error"}: encrypted, damaged, too_long."""
    most_pages, most_characters = map(int, sys.argv[1:3])
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        answer = {"error": "encrypted" if encrypted else "damaged"}
    else:
        answer = _read(document, most_pages, most_characters)
    sys.stdout.write(json.dumps(answer))


def _read(document: pypdfium2.PdfDocument, most_pages: int, most_characters: int) -> dict:
    if len(document) > most_pages:
        return {"error": "too_long"}
    pages, characters = [], 0
    for number in range(len(document)):
        page = document[number]
        text = _in_reading_order(page.get_textpage())
        characters += len(text)
        if characters > most_characters:
            return {"error": "too_long"}
        kinds = (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)
        has_picture = next(iter(page.get_objects(filter=kinds, max_depth=4)), None) is not None
        pages.append({"text": text, "has_picture": has_picture})
        page.close()
    return {"pages": pages}


def _in_reading_order(page: pypdfium2.PdfTextPage) -> str:
    """The lines of a page from top to bottom.

    They come in the order in which they were drawn, which for browsers is another. Where lines
    stand side by side (columns, tables), that order is kept.
    """
    text = page.get_text_range()
    lines = text.split(_BREAK)
    places = _places(page)
    if len(places) != len(lines):
        return text
    filled = [
        (*place, line) for place, line in zip(places, lines, strict=True) if line.strip() and place
    ]
    if len(filled) != sum(bool(line.strip()) for line in lines):
        return text
    filled.sort(key=lambda one: -one[1])
    for (bottom, top, _), (next_bottom, next_top, _) in zip(filled, filled[1:], strict=False):
        height = min(top - bottom, next_top - next_bottom)
        if next_top - bottom > height / 2:
            return text
    return _BREAK.join(line for _, _, line in filled)


def _places(page: pypdfium2.PdfTextPage) -> list[tuple[float, float] | None]:
    """(bottom, top) of the first character of each line that has one, else None."""
    places: list[tuple[float, float] | None] = [None]
    for index in range(page.count_chars()):
        code = pypdfium2.raw.FPDFText_GetUnicode(page, index)
        if code == _LINE_FEED:
            places.append(None)
        elif places[-1] is None and code > _BLANK:
            _left, bottom, _right, top = page.get_charbox(index)
            places[-1] = (bottom, top)
    return places


if __name__ == "__main__":
    main()
