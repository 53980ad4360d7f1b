"""Run as a program by `pdf`: a PDF on standard input, its pages' text as JSON on standard output.

A crash of the PDF library ends this process, not the site. Imports nothing of ours.
"""

import json
import sys

import pypdfium2
import pypdfium2.raw


def main() -> None:
    """Writes {"pages": [{"text", "has_picture"}]} or {"error": "encrypted" | "damaged"}."""
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
        text = page.get_textpage().get_text_bounded()
        characters += len(text)
        if characters > most_characters:
            return {"error": "too_long"}
        kinds = (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)
        has_picture = next(iter(page.get_objects(filter=kinds, max_depth=4)), None) is not None
        pages.append({"text": text, "has_picture": has_picture})
        page.close()
    return {"pages": pages}


if __name__ == "__main__":
    main()
