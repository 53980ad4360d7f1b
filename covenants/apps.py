from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CovenantsConfig(AppConfig):
    name = "covenants"
    verbose_name = _("规约")

    def ready(self):
        from django.conf import settings
        from django.db.models.signals import post_delete

        from covenants import ledger_steps, moving, redaction_desk, reminders, withdrawn
        from covenants.below import rule_marks, rules_below_section
        from covenants.followed import held_passages
        from covenants.found import hit_facts
        from covenants.models import (
            CouncilPage,
            CovenantPage,
            ImportBatch,
            LawFigure,
            LegalityReview,
            Matter,
            Measure,
            ProcedureProfile,
            RuleSource,
            SourceScan,
            Vote,
        )
        from covenants.parsing.readers.conversion import take_turns
        from covenants.parsing.readers.turns import Turns
        from covenants.sections import rules_section
        from covenants.stored import delete_files
        from editorial import late, procedures
        from editorial.removal_inbox import register_way_on
        from safety.records import guard
        from search.hit_facts import register_facts_source
        from villages.models.rules_held import register_passages
        from villages.sections import LOCAL, WIDE, register_marks, register_section

        guard(LawFigure, Matter, Measure, ProcedureProfile)
        late.register(reminders.late)
        register_section(10, rules_section, LOCAL)
        register_section(10, rules_below_section, WIDE)
        register_marks(rule_marks)
        register_passages(held_passages)
        register_facts_source(hit_facts)
        register_way_on(redaction_desk.ways_on)
        withdrawn.connect()
        moving.connect()
        for model in (CovenantPage, CouncilPage):
            procedures.register(model, ledger_steps)
        for model in (RuleSource, SourceScan, ImportBatch, LegalityReview, Vote):
            post_delete.connect(delete_files, sender=model)
        # Web server and background process share the folder of data, not always one for what is
        # temporary.
        folder = settings.DATA_DIR / "locks" / "conversions"
        take_turns(Turns(settings.CONVERSIONS_AT_ONCE, folder, settings.CONVERSION_WAIT))
