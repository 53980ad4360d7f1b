from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CovenantsConfig(AppConfig):
    name = "covenants"
    verbose_name = _("规约")

    def ready(self):
        from covenants.followed import held_passages
        from covenants.sections import rules_section
        from villages.models.rules_held import register_passages
        from villages.sections import register_section

        register_section(10, rules_section)
        register_passages(held_passages)
