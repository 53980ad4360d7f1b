from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VillagesConfig(AppConfig):
    name = "villages"
    verbose_name = _("村庄")

    def ready(self):
        from editorial.places import register_place_finder
        from safety import lapsed
        from safety.records import guard
        from safety.removal.places import register_body_finder
        from search.areas import register_area_resolver
        from villages import renderings, terms
        from villages.area_labels import SearchAreas
        from villages.bodies import answering_body
        from villages.lookup import area_by_code
        from villages.models import AreaAlias, Honour, HouseholdPage, Term
        from villages.sections import (
            VILLAGES,
            WIDE,
            groups_section,
            households_section,
            places_section,
            register_section,
        )

        guard(AreaAlias, Honour, Term)
        register_body_finder(answering_body)
        lapsed.register(HouseholdPage, HouseholdPage.over)
        terms.connect()
        renderings.connect()
        register_section(11, places_section, WIDE)
        register_section(20, groups_section, VILLAGES)
        register_section(40, households_section, VILLAGES)
        register_area_resolver(SearchAreas())
        register_place_finder(area_by_code)
