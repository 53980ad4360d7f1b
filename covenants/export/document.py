"""What an export is made of: the parts of one text and what a reader must know about it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone, translation

from covenants.adoption import provision_rows
from covenants.followed import Held
from covenants.models import Edition, Provision
from covenants.parsing import Adoption, Article, Chapter, Item, ParsedRules
from covenants.reading import chapters_of, status_sentence


@dataclass(slots=True)
class RuleDocument:
    """One text to be written to a file.

    `rules` has the shape the parser gives. `edition` is None for a working text. `status` is the
    plain sentence of the reading page, `address` the page's full URL. `suspended` maps the place
    of an article in `rules.articles` to the day since when it is suspended. `held` is given for a
    group's note on what it follows, which is no rule and has no edition.
    """

    rules: ParsedRules
    kind: str
    area_name: str
    status: str
    address: str = ""
    edition: Edition | None = None
    suspended: dict[int, datetime.date] = field(default_factory=dict)
    held: Held | None = None

    @property
    def file_name(self) -> str:
        """The name of its file without an ending; not yet safe for every system."""
        if self.held:
            return self.rules.title
        if self.edition is None:
            return f"{self.rules.title}（草稿）"
        if self.edition.state == "current":
            return self.rules.title
        return f"{self.rules.title}（第{self.edition.number}版）"


def edition_document(page, edition: Edition, provisions=None, address: str = "") -> RuleDocument:
    """An adopted text. `provisions` in order, where the caller has them already."""
    rows = list(edition.provisions.all() if provisions is None else provisions)
    rules = _rules(edition.title or page.title, edition.preamble, edition.closing, rows)
    rules.adopted = Adoption(_adopted_on(edition), edition.adopted_by)
    # A text is content: Chinese, whatever language the visitor's screen speaks.
    with translation.override(settings.LANGUAGE_CODE):
        status = str(status_sentence(edition, timezone.localdate()))
    if edition.is_legacy:
        status += "历史存量（程序资料不全）。"
    today = timezone.localdate()
    suspended = {
        at: row.suspended_from
        for at, row in enumerate(rows)
        if row.suspended_from and not (row.suspended_until and row.suspended_until <= today)
    }
    return RuleDocument(rules, page.kind, page.area_name, status, address, edition, suspended)


def working_document(page, address: str = "") -> RuleDocument:
    """The text its editors are working on."""
    rows = [Provision(**row) for row in provision_rows(page.body)]
    rules = _rules(page.title, page.preamble, page.closing, rows)
    return RuleDocument(rules, page.kind, page.area_name, "这是草稿，尚未公布。", address)


def _rules(title: str, preamble: str, closing: str, provisions: Iterable[Provision]) -> ParsedRules:
    chapters = [
        Chapter(
            chapter["label"],
            chapter["title"],
            [Article(row.label, row.text, _items(row.items)) for row in chapter["provisions"]],
        )
        for chapter in chapters_of(provisions)
    ]
    return ParsedRules(title=title, preamble=preamble, chapters=chapters, closing=closing)


def _items(rows: list[dict]) -> list[Item]:
    return [
        Item(row.get("label", ""), row.get("text", ""), _items(row.get("items", [])))
        for row in rows
    ]


def _adopted_on(edition: Edition) -> str | None:
    """ISO as far as known: 2023-05-12, 2023-05, 2023, None."""
    known = {Edition.DAY: 10, Edition.MONTH: 7, Edition.YEAR: 4}.get(edition.adopted_precision)
    return edition.adopted_on.isoformat()[:known] if edition.adopted_on and known else None
