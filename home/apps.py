from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("首页")

    def ready(self):
        from home.models import Footer, Situation
        from home.situations.section import situations_section
        from safety.records import guard
        from villages.sections import register_section

        guard(Footer, Situation)
        register_section(5, situations_section)
