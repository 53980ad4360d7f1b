"""What search reads of a rule's page."""

from covenants import adoption, reading

from .edition import Edition


class SearchedRule:
    """For `RulePage`: the adopted text readers see, by the edition they get without a date."""

    @property
    def search_kind(self):
        return self.kind

    @classmethod
    def prefetch_for_search(cls, objects):
        super().prefetch_for_search(objects)
        adoption.prefetch_shown(objects)

    def rule_text(self):
        """What search indexes: the adopted text readers see, else the working text."""
        if self.is_ordered_down:
            return self.shown_edition.ended_note
        if self.shown_edition:
            rows = self.shown_edition.provisions.all()
            parts = [f"{p.chapter_title} {p.label} {p.plain_text}" for p in rows]
            return "\n".join([self.shown_edition.preamble, *parts, self.shown_edition.closing])
        return "\n".join([self.preamble, reading.body_text(self.body), self.closing])

    def search_texts(self):
        return [self.rule_text(), "" if self.is_ordered_down else self.one_minute]

    def search_date(self):
        return self.shown_edition.effective_from if self.shown_edition else None

    def search_in_force(self):
        return self.shown_edition is None or self.shown_edition.in_force()

    @classmethod
    def search_ended(cls, pks):
        editions = Edition.objects.filter(page__in=list(pks)).order_by()
        in_force = set(editions.in_force().values_list("page_id", flat=True))
        return set(editions.values_list("page_id", flat=True)) - in_force

    def search_year(self):
        edition = self.shown_edition
        return (edition.adopted_on or edition.effective_from).year if edition else None

    def search_tags(self):
        return sorted(tag.name for tag in self.tags.all())

    def search_passages(self):
        if not self.shown_edition or self.is_ordered_down:
            return []
        url = self.url or ""
        return [
            (p.label, p.plain_text, f"{url}#{p.anchor}")
            for p in self.shown_edition.provisions.all()
        ]
