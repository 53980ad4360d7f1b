"""First visits as a telephone makes them: what comes over the line, and whether the page jumps."""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Length

from consultations.models import ConsultationPage
from covenants.models import CouncilPage, CovenantPage, Edition
from home.models import FeatureIndexPage, FeaturePage
from villages.models import CountyPage, GroupPage, HouseholdPage, TownshipPage
from villages.models.rendering import LanguageVersion

MOST_BYTES = 30 * 1024
MOST_REQUESTS = 4
MOST_SHIFT = 0.01
# Bytes and milliseconds a second: the line of the slowest telephone we promise something to.
SLOW_LINE = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 50_000,
    "uploadThroughput": 20_000,
}
FAST_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

_SEEN = """
const done = arguments[arguments.length - 1];
const seen = { shift: 0, largest: 0 };
function watch(type, take) {
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
    type: type,
    buffered: true,
  });
}
watch("layout-shift", (entry) => (seen.shift += entry.hadRecentInput ? 0 : entry.value));
watch("largest-contentful-paint", (entry) => (seen.largest = entry.startTime));
requestAnimationFrame(() =>
  setTimeout(() => {
    const page = performance.getEntriesByType("navigation")[0];
    const parts = performance.getEntriesByType("resource");
    const pictures = parts.filter((part) => part.initiatorType === "img");
    const text = parts.filter((part) => part.initiatorType !== "img");
    const first = performance.getEntriesByName("first-contentful-paint")[0];
    done({
      page: page.transferSize,
      bytes: [page].concat(text).reduce((sum, part) => sum + part.transferSize, 0),
      requests: 1 + text.length,
      pictures: pictures.length,
      first: first ? first.startTime : 0,
      largest: seen.largest,
      shift: seen.shift,
    });
  }, 50),
);
"""


@dataclass(frozen=True)
class Visit:
    """`bytes` and `requests` without pictures; `page` the bytes of the HTML alone, all as they
    come over the line; `first` and `largest`: milliseconds until the first and largest part stood;
    `shift`: cumulative layout shift."""

    page: int
    bytes: int
    requests: int
    pictures: int
    first: float
    largest: float
    shift: float


def first_visit(driver, url, line=FAST_LINE) -> Visit:
    """Open a page with nothing in the browser's store."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBypassServiceWorker", {"bypass": True})
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", line)
    driver.get(url)
    return Visit(**driver.execute_async_script(_SEEN))


def kinds_of_pages() -> dict[str, str]:
    """{kind: address} of one page of every public kind, the longest there is of it."""
    editions = Edition.objects.in_force().annotate(size=Count("provisions")).order_by("-size")
    covenant = _of(CovenantPage, editions)
    village = covenant.get_parent().specific
    counties = CountyPage.objects.live().order_by("-numchild")
    kinds = {
        "home page": "/",
        "finder": "/find/",
        "finder, a county": f"/find/?in={counties[0].code}",
        "rules": "/rules/",
        "results": "/consultations/",
        "households": "/households/",
        "situations": "/situations/",
        "a situation": "/situations/jiuxi/",
        "comparison of villages": "/compare/",
        "one matter compared": "/compare/feast_tables/",
        "search": "/search/",
        "search, hits": "/search/?q=办酒席几桌",
        "county": counties[0].url,
        "township": TownshipPage.objects.live().order_by("-numchild")[0].url,
        "village": village.url,
        "village's situations": f"{village.url}shiqing/",
        "village's situation": f"{village.url}shiqing/jiuxi/",
        "group": GroupPage.objects.live().order_by("-numchild")[0].url,
        "covenant": covenant.url,
        "charter": _of(CouncilPage, editions).url,
        "editions compared": f"{_of_several(CovenantPage).url}bijiao/",
        "result": ConsultationPage.objects.live().order_by(Length("background").desc())[0].url,
        "household": HouseholdPage.objects.live().order_by(Length("story").desc())[0].url,
        "features": FeatureIndexPage.objects.live()[0].url,
        "feature": FeaturePage.objects.live().order_by(Length("body").desc())[0].url,
        "other language": _in_other_language(),
        "kept pages": "/offline/",
        "nothing there": "/nichts/",
    }
    return {kind: address for kind, address in kinds.items() if address}


def _of(model, editions):
    known = set(model.objects.live().values_list("pk", flat=True))
    pk = next(edition.page_id for edition in editions if edition.page_id in known)
    return model.objects.get(pk=pk)


def _of_several(model):
    pages = model.objects.live().annotate(count=Count("editions")).order_by("-count")
    return pages[0]


def _in_other_language():
    version = LanguageVersion.objects.select_related("page").first()
    return version.page.specific.language_url(version) if version else ""
