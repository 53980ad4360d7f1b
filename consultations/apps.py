from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("协商")

    def ready(self):
        from consultations.sections import (
            consultations_section,
            discussed_section,
            promised_section,
        )
        from villages.sections import EVERYWHERE, LOCAL, register_section

        register_section(12, discussed_section, EVERYWHERE)
        register_section(14, promised_section, EVERYWHERE)
        register_section(30, consultations_section, LOCAL)
