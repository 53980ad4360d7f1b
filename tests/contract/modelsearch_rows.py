"""Builds the rows modelsearch's ``BackendTests`` expect; its wheel ships the tests without them.

The rows are what the assertions in ``modelsearch.tests.test_backends`` speak of.
"""

import json
from pathlib import Path

APP = "searchtests"

AUTHORS = {
    1: ("George R.R. Martin", "1948-09-20"),
    2: ("J. R. R. Tolkien", "1892-01-03"),
    4: ("Isaac Asimov", "1920-01-02"),
    5: ("David Ascher", None),
    6: ("Mark Lutz", None),
    7: ("Daniel Roy Greenfeld", None),
    8: ("Audrey Roy Greenfeld", None),
    9: ("Douglas Crockford", None),
    10: ("David Flanagan", None),
    11: ("Steve Klabnik", None),
    12: ("Carol Nichols", None),
    13: ("Jim Blandy", None),
    14: ("Jason Orendorff", None),
}
BOOKS = {
    1: ("A Game of Thrones", [1], "1996-08-01", 694),
    2: ("A Clash of Kings", [1], "1998-01-01", 768),
    3: ("A Storm of Swords", [1], "2000-01-01", 973),
    4: ("The Fellowship of the Ring", [2], "1954-07-29", 423),
    5: ("The Two Towers", [2], "1954-11-11", 352),
    6: ("The Return of the King", [2], "1955-10-20", 440),
    7: ("The Hobbit", [2], "1937-09-21", 320),
    10: ("Foundation", [4], "1951-01-01", 255),
    11: ("Learning Python", [5, 6], "1999-01-01", 1160),
    12: ("Two Scoops of Django 1.11", [7, 8], "2017-04-26", 556),
    13: ("JavaScript: The good parts", [9], "2008-05-18", 172),
    14: ("JavaScript: The Definitive Guide", [10], "1998-06-11", 792),
    15: ("The Rust Programming Language", [11, 12], "2018-05-22", 440),
    16: ("Programming Rust", [13, 14], "2017-12-01", 622),
}
NOVELS = {
    1: ("Westeros", None),
    2: ("Westeros", None),
    3: ("Westeros", None),
    4: ("Middle Earth", "Frodo Baggins"),
    5: ("Middle Earth", "Frodo Baggins"),
    6: ("Middle Earth", "Frodo Baggins"),
    7: ("Middle Earth", "Bilbo Baggins"),
    10: ("Galactic Empire", None),
}
CAST = {
    1: ["Daenerys Targaryen", "Jon Snow", "Eddard Stark"],
    2: ["Daenerys Targaryen", "Jon Snow"],
    3: ["Daenerys Targaryen", "Jon Snow"],
    4: ["Frodo Baggins", "Bilbo Baggins", "Gandalf"],
    5: ["Frodo Baggins", "Bilbo Baggins", "Gandalf"],
    6: ["Frodo Baggins", "Bilbo Baggins", "Gandalf"],
    7: ["Bilbo Baggins", "Thorin Oakenshield"],
    10: ["Hari Seldon", "Salvor Hardin"],
}
GUIDES = {11: "py", 12: "py", 13: "js", 14: "js", 15: "rs"}
MEETINGS = {
    1: ("Breakfast yoga", "08:00"),
    2: ("Stand-up meeting", "10:00"),
    3: ("Evening yoga", "19:30"),
}
ANIMALS = [  # name, path, children, nested set
    ("Animal", "0001", 2, (1, 10)),
    ("Mammal", "00010001", 2, (2, 7)),
    ("Reptile", "00010002", 0, (8, 9)),
    ("Dog", "000100010001", 0, (3, 4)),
    ("Cat", "000100010002", 0, (5, 6)),
]


def _row(model: str, pk: int, **fields) -> dict:
    return {"model": f"{APP}.{model}", "pk": pk, "fields": fields}


def rows() -> list[dict]:
    """All rows in Django's serialised form."""
    found = [
        _row("author", pk, name=name, date_of_birth=born) for pk, (name, born) in AUTHORS.items()
    ]
    for pk, (title, authors, published, pages) in BOOKS.items():
        found.append(
            _row(
                "book",
                pk,
                title=title,
                authors=authors,
                publication_date=published,
                number_of_pages=pages,
            )
        )
    for pk in (1, 2, 3, 4):
        title, _, published, pages = BOOKS[pk]
        found.append(
            _row(
                "unindexedbook",
                pk,
                title=f"{title} U",
                publication_date=published,
                number_of_pages=pages,
            )
        )
    found += _novel_rows()
    found += [
        _row("programmingguide", pk, programming_language=language)
        for pk, language in GUIDES.items()
    ]
    found += [
        _row("meeting", pk, name=name, start_time=start) for pk, (name, start) in MEETINGS.items()
    ]
    found.append(_row("agendaitem", 1, meeting=2, topic="Tea shortage"))
    found.append(_row("speaker", 1, agenda_item=1, name="Mrs Doyle"))
    for pk, (name, path, children, (left, right)) in enumerate(ANIMALS, start=1):
        depth = len(path) // 4
        found.append(_row("mpanimal", pk, name=name, path=path, depth=depth, numchild=children))
        found.append(_row("nsanimal", pk, name=name, lft=left, rgt=right, depth=depth, tree_id=1))
    return found


def _novel_rows() -> list[dict]:
    characters, pk_of = [], {}
    for novel, names in CAST.items():
        for name in names:
            pk_of[novel, name] = len(characters) + 1
            characters.append(_row("character", len(characters) + 1, name=name, novel=novel))
    novels = [
        _row("novel", pk, setting=setting, protagonist=pk_of.get((pk, protagonist)))
        for pk, (setting, protagonist) in NOVELS.items()
    ]
    return characters + novels


def write_fixture(folder: Path) -> None:
    """Writes the rows where Django looks for the fixture named ``search``."""
    (folder / "search.json").write_text(json.dumps(rows()), "utf-8")
