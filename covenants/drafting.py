"""From parsed rules to the working text of a page. Knows the blocks, not where a text came from."""

import uuid
from collections import defaultdict

from covenants.diff import Work
from covenants.diff.alignment import SAME_ARTICLE, pair_alike, pair_equal
from covenants.diff.likeness import likeness, profile
from covenants.parsing import Item, ParsedRules
from covenants.parsing.headings import heading_line

LABEL_MAX, TITLE_MAX = 20, 60


def chapters_value(parsed: ParsedRules, earlier=()) -> list[dict]:
    """Raw `RuleBody` stream data of a parsed text.

    `earlier`: (stable id, label, text) of the articles it replaces, in order; an article that is
    the same or similar keeps its id, so that links and comparisons follow it.
    """
    articles = [article for chapter in parsed.chapters for article in chapter.articles]
    ids = carry_over_ids([(a.label, full_text(a)) for a in articles], list(earlier))
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
    deeper = [line for sub in item.items for line in full_text(sub).split("\n")]
    return {"label": label, "text": "\n".join([text, *deeper]) if deeper else text}


def full_text(item: Item) -> str:
    lines = [f"{item.label}{item.text}"] + [full_text(sub) for sub in item.items]
    return "\n".join(line for line in lines if line)


def carry_over_ids(
    new: list[tuple[str, str]], earlier: list[tuple], work: Work | None = None
) -> list[str]:
    """An id for each new (label, text): that of the article it continues, else a new one.

    Identical texts first, then the same label with a similar text, then the most similar text, as
    the comparison of editions finds it. Ids are given out once. `work` bounds what may grow with
    the square of the texts; beyond it articles that nothing else identifies simply get new ids.
    """
    work = work or Work()
    known = {str(key): (label, text) for key, label, text in earlier}
    keys, rows = list(known), list(known.values())
    bodies, new_bodies = ([text.removeprefix(label) for label, text in t] for t in (rows, new))
    work.passes += sum(map(len, bodies)) + sum(map(len, new_bodies))
    pairs: dict[int, int] = {}
    pair_equal(pairs, bodies, new_bodies)
    for position, old in _same_labels(pairs, rows, new):
        one, other = profile(bodies[old]), profile(new_bodies[position])
        work.passes += one.total() + other.total()
        if likeness(one, other) >= SAME_ARTICLE:
            pairs[position] = old
    pair_alike(pairs, bodies, new_bodies, work)
    return [keys[pairs[p]] if p in pairs else str(uuid.uuid4()) for p in range(len(new))]


def _same_labels(pairs, rows, new) -> list[tuple[int, int]]:
    """(new position, old position) of labels that stand once on each side, among the unpaired."""
    taken = set(pairs.values())
    sides = []
    for labelled, used in ((rows, taken), (new, pairs)):
        found: dict[str, list[int]] = defaultdict(list)
        for position, (label, _text) in enumerate(labelled):
            if label and position not in used:
                found[label].append(position)
        sides.append({label: at[0] for label, at in found.items() if len(at) == 1})
    old, fresh = sides
    return [(position, old[label]) for label, position in fresh.items() if label in old]


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
