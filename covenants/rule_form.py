"""The editor's form of a rule's page."""

from wagtail.admin.forms import WagtailAdminPageForm

from covenants import adoption, filing_rule
from covenants.labels import number_articles

LEDGER_DAYS = ("adopted_on", "effective_from")
"""Values that the ledger gives where a text comes into force by one."""
FIRST_CHILD = "0001"


class RulePageForm(WagtailAdminPageForm):
    """Numbers the articles when the page is saved; asks for the dates before it is handed on."""

    only_a_draft = False

    def defer_required_fields(self):
        self.only_a_draft = True
        super().defer_required_fields()

    def clean(self):
        cleaned = super().clean()
        for field, message in adoption.date_faults(
            cleaned.get("adopted_on"), cleaned.get("effective_from")
        ).items():
            self.add_error(field, message)
        if not self.only_a_draft and "body" in cleaned and "body" not in self.errors:
            self._check_adoption(cleaned)
        return cleaned

    def _check_adoption(self, cleaned):
        """What publishing would refuse, told beside the field while it can be put right."""
        known = {name: cleaned.get(name) for name in adoption.ADOPTED_VALUES}
        found = adoption.obstacles(self.instance.pk, **known)
        path = self.instance.path or self.parent_page.path + FIRST_CHILD
        if found and filing_rule.comes_by_ledger(self.instance, path):
            found = {name: told for name, told in found.items() if name not in LEDGER_DAYS}
        for field, messages in found.items():
            self.add_error(field if field in self.fields else None, messages)

    def save(self, commit=True):
        chapters = [
            {"articles": [dict(b.value) for b in c.value["articles"].bound_blocks]}
            for c in self.instance.body
        ]
        number_articles(chapters, renumber=bool(self.cleaned_data.get("renumber")))
        for chapter, numbered in zip(self.instance.body, chapters, strict=True):
            for bound, article in zip(
                chapter.value["articles"].bound_blocks, numbered["articles"], strict=True
            ):
                bound.value["label"] = article["label"]
        self.instance.renumber = False
        return super().save(commit=commit)
