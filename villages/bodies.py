"""Which body answers for what a page says of people: the township it stands in, else the county."""

from villages.models import AreaPage
from villages.models.public import COUNTY, TOWNSHIP


def answering_body(page) -> AreaPage | None:
    """The township's page above (or at) a page, else the county's; None outside both; one query."""
    paths = [page.path[:end] for end in (COUNTY, TOWNSHIP) if len(page.path) >= end]
    return AreaPage.objects.filter(path__in=paths).order_by("-depth").first()
