"""From parsed rules to the working text of a page. Knows the blocks, not where a text came from."""

import uuid
from difflib import SequenceMatcher

from covenants.parsing import Item, ParsedRules
from covenants.parsing.headings import heading_line

LABEL_MAX, TITLE_MAX = 20, 60
# Below this share of common characters two articles are different articles, not a changed one.
SAME_ARTICLE = 0.6
_COMPARED = 2000
# Bounds the work on texts of thousands of articles; beyond it articles simply get new ids.
_COMPARISONS = 10_000


def chapters_value(parsed: ParsedRules, earlier=()) -> list[dict]:
    """Raw `RuleBody` stream data of a parsed text.

    `earlier`: (stable id, label, text) of the articles it replaces, in order; an article that is
    the same or similar keeps its id, so that links and comparisons follow it.
    """
    articles = [article for chapter in parsed.chapters for article in chapter.articles]
    ids = carry_over_ids([(a.label, _full_text(a)) for a in articles], list(earlier))
    chapters, used = [], iter(ids)
    for chapter in parsed.chapters:
        label, title = chapter.label, chapter.title
        overflow = ""
        if len(label) > LABEL_MAX:
            label, title = "", f"{label}{title}"
        if len(title) > TITLE_MAX:
            overflow, title = title, ""
        rows = [_list_item(_article(a), next(used)) for a in chapter.articles]
        if overflow:
            rows.insert(0, _list_item(_article(Item("", overflow)), str(uuid.uuid4())))
        chapters.append(
            {
                "type": "chapter",
                "id": str(uuid.uuid4()),
                "value": {"label": label, "title": title, "articles": rows},
            }
        )
    return chapters


def _list_item(value, key=None):
    return {"type": "item", "id": key or str(uuid.uuid4()), "value": value}


def _fitting(label, text):
    """A label too long for its field is kept as the beginning of the text."""
    return (label, text) if len(label) <= LABEL_MAX else ("", f"{label}{text}")


def _article(article: Item) -> dict:
    label, text = _fitting(article.label, article.text)
    items = [_list_item(_item(item)) for item in article.items]
    return {"label": label, "inserted": "之" in label, "text": text, "items": items}


def _item(item: Item) -> dict:
    label, text = _fitting(item.label, item.text)
    return {"label": label, "text": text, "items": [_list_item(_sub_item(s)) for s in item.items]}


def _sub_item(item: Item) -> dict:
    """The innermost level; anything nested deeper becomes lines of its text."""
    label, text = _fitting(item.label, item.text)
    deeper = [line for sub in item.items for line in _full_text(sub).split("\n")]
    return {"label": label, "text": "\n".join([text, *deeper]) if deeper else text}


def _full_text(item: Item) -> str:
    lines = [f"{item.label}{item.text}"] + [_full_text(sub) for sub in item.items]
    return "\n".join(line for line in lines if line)


def carry_over_ids(new: list[tuple[str, str]], earlier: list[tuple]) -> list[str]:
    """An id for each new (label, text): that of the article it continues, else a new one.

    Identical texts first, then the same label with a similar text, then the most similar text in
    order. Ids are given out once.
    """
    free = {str(key): (label, text) for key, label, text in earlier}
    found: dict[int, str] = {}

    def give(position, key):
        found[position] = key
        del free[key]

    for position, (label, text) in enumerate(new):
        body = _strip_label(label, text)
        for key, (old_label, old_text) in free.items():
            if _strip_label(old_label, old_text) == body:
                give(position, key)
                break
    for position, (label, text) in enumerate(new):
        if position in found or not label:
            continue
        for key, (old_label, old_text) in free.items():
            if old_label == label and _similarity(text, old_text) >= SAME_ARTICLE:
                give(position, key)
                break
    comparisons = 0
    for position, (_label, text) in enumerate(new):
        comparisons += len(free)
        if position in found or comparisons > _COMPARISONS:
            continue
        scored = [(_similarity(text, old), key) for key, (_l, old) in free.items()]
        best = max(scored, default=(0, ""))
        if best[0] >= SAME_ARTICLE:
            give(position, best[1])
    return [found.get(position) or str(uuid.uuid4()) for position in range(len(new))]


def _strip_label(label, text):
    return text.removeprefix(label)


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False)
    if matcher.real_quick_ratio() < SAME_ARTICLE or matcher.quick_ratio() < SAME_ARTICLE:
        return 0.0
    return matcher.ratio()


def earlier_articles(page) -> list[tuple[str, str, str]]:
    """(stable id, label, text) of the articles of a page's working text, for `chapters_value`."""
    return [row for chapter in page.body for row in _articles_of(chapter, "")]


def body_as_text(page) -> str:
    """The working text as plain lines that parse back into the same articles."""
    lines = [page.title, page.preamble]
    for chapter in page.body:
        lines.append(heading_line(chapter.value["label"] or "", chapter.value["title"] or ""))
        lines += [text for _key, _label, text in _articles_of(chapter, " ")]
    lines.append(page.closing)
    return "\n".join(line for line in lines if line)


def _articles_of(chapter, blank):
    """(id, label, all lines) of a chapter's articles, `blank` between label and text."""
    for bound in chapter.value["articles"].bound_blocks:
        value = bound.value
        lines = [f"{value['label'] or ''}{blank}{value['text'] or ''}".strip()]
        for item in value["items"]:
            lines.append(f"{item['label'] or ''}{item['text'] or ''}")
            lines += [f"{s['label'] or ''}{s['text'] or ''}" for s in item["items"]]
        yield bound.id, value["label"] or "", "\n".join(line for line in lines if line)
