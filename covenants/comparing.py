"""Two editions, or an edition and the working text, compared: what views and templates show.

The comparison itself is `covenants.diff`; here it gets its texts from the database and its words
in Chinese.
"""

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from covenants.adoption import provision_rows
from covenants.diff import EditionDiff, EditionText, Entry, ItemText, LineDiff, ProvisionText
from covenants.diff import compare as compare_texts
from covenants.diff.characters import DELETE, EQUAL, INSERT
from covenants.diff.editions import (
    CHANGED,
    DELETED,
    INSERTED,
    MERGED,
    MOVED,
    RENUMBERED,
    SPLIT,
    UNCHANGED,
)
from covenants.models.edition import Edition, Provision

INLINE, SIDE, TEXT = "inline", "side", "text"
VIEWS = (INLINE, SIDE, TEXT)
SUMMARY_LIMIT = 200


def edition_texts(*editions: Edition) -> list[EditionText]:
    """The texts of editions; one query, whatever their number."""
    provisions: dict[int, list] = {edition.pk: [] for edition in editions}
    for row in Provision.objects.filter(edition__in=provisions).order_by("edition", "position"):
        provisions[row.edition_id].append(_provision_text(vars(row)))
    return [EditionText(e.title, e.preamble, e.closing, tuple(provisions[e.pk])) for e in editions]


def working_text(page) -> EditionText:
    """The text that stands on a rule page, as its next edition would have it."""
    rows = tuple(_provision_text(row) for row in provision_rows(page.body))
    return EditionText(page.title, page.preamble, page.closing, rows)


def _provision_text(row: dict) -> ProvisionText:
    return ProvisionText(
        key=str(row["stable_id"]),
        label=row["label"],
        text=row["text"],
        items=_item_texts(row["items"]),
        chapter_label=row["chapter_label"],
        chapter_title=row["chapter_title"],
    )


def _item_texts(items) -> tuple[ItemText, ...]:
    return tuple(
        ItemText(i.get("label", ""), i.get("text", ""), _item_texts(i.get("items", [])))
        for i in items
    )


@dataclass(frozen=True)
class Part:
    """A part of the text in a comparison: an article, the title, the preamble, …

    `kind`: of `covenants.diff` (`changed`, `inserted`, …); `words`: what happened, in Chinese;
    `name`: what it is called now, or was; `lines`: LineDiffs.
    """

    kind: str
    words: str
    name: str
    lines: tuple[LineDiff, ...]


@dataclass(frozen=True)
class Comparison:
    """What the comparison page shows.

    `summary`: one sentence on how many articles changed; `parts`: in reading order, each
    {"part": Part} or {"same": [Part, …], "words"} for a run of articles of which nothing but the
    number changed; `coarse`: whether somewhere only whole sentences are marked.
    """

    summary: str
    parts: list[dict]
    is_empty: bool
    coarse: bool


def compared(old: EditionText, new: EditionText) -> Comparison:
    """The comparison of two texts, ready to be shown."""
    diff = compare_texts(old, new)
    parts = [*_frame(diff, before=True), *(_article(entry) for entry in diff.entries)]
    parts += _frame(diff, before=False)
    return Comparison(count_sentence(diff), _folded(parts), diff.is_empty, diff.coarse)


def _frame(diff: EditionDiff, *, before: bool):
    """Title, preamble and chapters' headings that changed, or after the articles the closing."""
    texts = (
        [(_("标题"), diff.title), (_("序言"), diff.preamble)]
        if before
        else [(_("结尾"), diff.closing)]
    )
    for name, segments in texts:
        if any(segment.op != EQUAL for segment in segments):
            yield Part(CHANGED, _("有修改"), name, (LineDiff(CHANGED, 0, 0, (), segments),))
    headings = tuple(line for line in diff.headings if line.op != EQUAL)
    if before and headings:
        yield Part(CHANGED, _("有修改"), _("章名"), headings)


def _article(entry: Entry) -> Part:
    words = {
        UNCHANGED: _("没有变"),
        CHANGED: _("有修改"),
        MOVED: _("挪了位置"),
        RENUMBERED: _("编号变了"),
        SPLIT: _("一条分成两条"),
        MERGED: _("两条并成一条"),
        INSERTED: _("新增"),
        DELETED: _("删去"),
    }
    old, new = _labels(entry, INSERT), _labels(entry, DELETE)
    name = new or old or _("（没有编号）")
    if old and new and old != new:
        name = _("%(new)s（原%(old)s）") % {"new": new, "old": old}
    return Part(entry.kind, "，".join(words[kind] for kind in entry.kinds), name, entry.lines)


def _labels(entry: Entry, other: str) -> str:
    """The articles' labels on one side: without what stands only on the `other`."""
    depths = ("old_depth", "old_continues") if other == INSERT else ("new_depth", "new_continues")
    labels = [
        "".join(segment.text for segment in line.label if segment.op != other).rstrip("、. ")
        for line in entry.lines
        if getattr(line, depths[0]) == 0 and not getattr(line, depths[1])
    ]
    return "、".join(filter(None, labels))


def _folded(parts: list[Part]) -> list[dict]:
    rows = []
    for same, run in groupby(parts, key=lambda part: part.kind in (UNCHANGED, RENUMBERED)):
        run = list(run)
        if same:
            rows.append({"same": run, "words": _same_words(run)})
        else:
            rows += [{"part": part} for part in run]
    return rows


def _same_words(run: list[Part]) -> str:
    """第四条到第十条文字没有变（7条，其中2条编号变了）."""
    renumbered = sum(part.kind == RENUMBERED for part in run)
    values = {
        "first": run[0].name,
        "last": run[-1].name,
        "count": len(run),
        "renumbered": renumbered,
    }
    if len(run) == 1:
        return _("%(first)s文字没有变") % values
    if renumbered:
        words = _("%(first)s到%(last)s文字没有变（%(count)s条，其中%(renumbered)s条编号变了）")
    else:
        words = _("%(first)s到%(last)s没有变（%(count)s条）")
    return words % values


def count_sentence(diff: EditionDiff) -> str:
    """改了 3 条，新增 1 条，删去 2 条; what else happened only where it did."""
    if diff.is_empty:
        return _("两个版本的文字完全一样。")
    counts = diff.counts
    said = [
        _("改了 %d 条") % counts[CHANGED],
        _("新增 %d 条") % counts[INSERTED],
        _("删去 %d 条") % counts[DELETED],
    ]
    for kind, words in ((MOVED, _("挪了位置 %d 条")), (RENUMBERED, _("只改编号 %d 条"))):
        if counts[kind]:
            said.append(words % counts[kind])
    said.append(_("没有变 %d 条") % counts[UNCHANGED])
    return "，".join(said) + "。"


def as_text(comparison: Comparison) -> str:
    """The comparison as plain lines to copy: ［删去：二十］［新增：十五］桌."""
    lines = [comparison.summary]
    for row in comparison.parts:
        if "same" in row:
            lines += ["", f"—— {row['words']} ——"]
            continue
        part = row["part"]
        lines += ["", f"【{part.words}】{part.name}"]
        for line in part.lines:
            indent = "  " * line.depth
            label = "" if line.is_head_with_same_label else _plain(line.label)
            lines.append(f"{indent}{label}{_plain(line.text)}")
    return "\n".join(lines)


def _plain(segments) -> str:
    signs = {EQUAL: "%s", DELETE: _("［删去：%s］"), INSERT: _("［新增：%s］")}
    return "".join(signs[segment.op] % segment.text for segment in segments)


def proposed_summary(page) -> str:
    """What a text that came without a summary changes in the latest edition; empty without one.

    与第1版相比：修改第三条、第五条；新增第九条；删去第二条. At most 200 characters.
    """
    latest = Edition.objects.filter(page_id=page.pk).order_by("-number").first()
    if latest is None:
        return ""
    diff = compare_texts(edition_texts(latest)[0], working_text(page))
    names: dict[str, list[str]] = {CHANGED: [], INSERTED: [], DELETED: []}
    for entry in diff.entries:
        kind = CHANGED if entry.kind in (SPLIT, MERGED) else entry.kind
        if kind in names:
            side = INSERT if kind == DELETED else DELETE
            names[kind].append(_labels(entry, side) or _("（没有编号）"))
    verbs = {CHANGED: _("修改%s"), INSERTED: _("新增%s"), DELETED: _("删去%s")}
    said = [verbs[kind] % "、".join(labels) for kind, labels in names.items() if labels]
    sentence = _("与第%(number)s版相比：%(what)s") % {
        "number": latest.number,
        "what": "；".join(said) or _("只有个别文字调整"),
    }
    if len(sentence) >= SUMMARY_LIMIT:
        sentence = _("与第%(number)s版相比：%(what)s") % {
            "number": latest.number,
            "what": count_sentence(diff).rstrip("。"),
        }
    return f"{sentence}。"


def comparison_context(page, query) -> dict:
    """Context of the public comparison page.

    `query`: the request's GET with `from`, `to` (edition numbers) and `view`. What it names badly
    is told in `fault`; a text that was taken down is none of them. Keys: editions (newest first),
    old, new (`new` is None where there is but one), comparison (None likewise), text, view, views,
    fault.
    """
    editions = [e for e in page.all_editions[::-1] if not e.is_ordered_down]
    by_number = {str(edition.number): edition for edition in editions}
    asked = [query.get(name, "") for name in ("from", "to")]
    unknown = any(text and text not in by_number for text in asked)
    old, new = _chosen(page, editions, *(by_number.get(text) for text in asked))
    view = query.get("view", INLINE)
    view = view if view in VIEWS else INLINE
    context = {
        "editions": editions,
        "old": old,
        "new": new,
        "view": view,
        "views": view_choices(),
        "fault": _("没有您要的版本，下面比较的是别的两版。") if unknown else "",
        "comparison": None,
        "text": "",
    }
    if new:
        context["comparison"] = compared(*_texts(old, new))
        context["text"] = as_text(context["comparison"]) if view == TEXT else ""
    return context


def _chosen(page, editions: list[Edition], old: Edition | None, new: Edition | None):
    """The two editions to compare: those asked for, else neighbours; readers' own one if it can be.

    `editions`: newest first. The second is None where there is no other.
    """
    following = dict(zip(editions[1:], editions, strict=False))
    before = dict(zip(editions, editions[1:], strict=False))
    if new is None and old is not None:
        new = following.get(old, old)
    if new is None:
        shown = page.shown_edition
        new = shown if shown in before else next(iter(editions), None)
    if old is None:
        old = before.get(new)
    if old is None:
        return new, following.get(new)
    return old, new


def _texts(old: Edition, new: Edition) -> list[EditionText]:
    return edition_texts(old, new) if old != new else edition_texts(old) * 2


def view_choices() -> list[tuple[str, str]]:
    return [(INLINE, _("连着看")), (SIDE, _("两边对照")), (TEXT, _("纯文字"))]
