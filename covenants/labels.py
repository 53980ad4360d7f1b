"""Numbers the articles of a working text. Pure: works on plain lists and dicts."""

from covenants.parsing.numbering import article_label, to_chinese

DEFAULT_SCHEME = "article"


def scheme_of(chapters: list[dict]) -> str:
    """`article` (第十二条) or `list` (十二、), by what most labels of the text look like."""
    labels = [a.get("label") or "" for c in chapters for a in c["articles"]]
    listed = sum(label.endswith("、") for label in labels)
    return "list" if listed * 2 > len([x for x in labels if x]) else DEFAULT_SCHEME


def number_articles(chapters: list[dict], *, renumber: bool = False) -> list[dict]:
    """Fill in the labels of articles in place and return `chapters`.

    `chapters`: [{"label","title","articles":[{"label","inserted","text","items"}]}]. Without
    `renumber` only empty labels are filled, counting on from the article before; with it every
    label is made anew in order. An article with `inserted` becomes 第二十条之一 of the article
    before and does not shift those after it.
    """
    scheme = scheme_of(chapters)
    number = inserted = 0
    for chapter in chapters:
        for article in chapter["articles"]:
            label = article.get("label") or ""
            if article.get("inserted") and number:
                inserted += 1
                if renumber or not label:
                    article["label"] = _label(scheme, number, inserted)
                continue
            number, inserted = number + 1, 0
            if renumber or not label:
                article["label"] = _label(scheme, number, 0)
    return chapters


def _label(scheme: str, number: int, inserted: int) -> str:
    if scheme == "list":
        return to_chinese(number) + (f"之{to_chinese(inserted)}" if inserted else "") + "、"
    return article_label(number, inserted)
