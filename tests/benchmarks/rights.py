"""Whether an editor with rights in hundreds of villages waits longer than a superuser.

    python -m tests.benchmarks.rights [PAGES] [--data FOLDER] [--plans]

Seeds about PAGES pages (default 12000; one prefecture is 150000) below the 1,106 villages of the
division table, appoints people, gives them pictures, restrictions, locks, history and texts in
review, and opens the admin's lists in turn. Prints each one's time over the superuser's and fails
where an editor with rights in 300 villages needs more than 1.5 times as long; what one person with
every village or every township needs is printed as information. `--data` keeps the folder, so that
a second run only measures. `--plans` prints the slowest statements of each list above the limit.
`DATABASE_URL` measures another database.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VILLAGES, TOWNSHIPS, FEW = 1106, 103, 300
LIMIT, SLACK_MS, REPEAT = 1.5, 5, 5
PEOPLE = ["above", "some", "everywhere", "reviewer"]
HELD_TO_LIMIT = "some"
RESTRICTIONS, LOCKED, WAITING, ENTRIES, MEDIA_EACH = 1000, 500, 200, 20_000, 6
PIXEL = "rights-benchmark.png"


def prepare(folder):
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/cunyue.sqlite3")
    os.environ["DATA_DIR"] = str(folder)
    sys.path[:0] = [str(ROOT / "site"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["DEBUG"] = os.environ["TWO_FACTOR_REQUIRED"] = "false"
    import django

    django.setup()


def fill(pages):
    """Bring the database to the size, and everything in place that the lists show."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from wagtail.images import get_image_model
    from wagtail.models import Page

    call_command("migrate", verbosity=0)
    call_command("prepare_site", verbosity=0)
    left = max(0, pages - 7000)
    groups = left // 10
    numbers = {"groups": groups, "consultations": left // 3, "households": left // 15}
    if Page.objects.count() < pages:
        call_command("seed", villages=VILLAGES, verbosity=0, **numbers)
    if not User.objects.filter(username="reviewer").exists():
        _appoint()
    if not get_image_model().objects.filter(title__startswith="活动照片").exists():
        _media()
    if not User.objects.filter(username="clerk").exists():
        _what_happened()


def _appoint():
    from django.contrib.auth.models import User
    from wagtail.models import Page

    from editorial.appointments import appoint
    from villages.models import TownshipPage, VillagePage

    User.objects.get_or_create(username="above", is_superuser=True)
    villages = list(VillagePage.objects.order_by("path")[:VILLAGES])
    townships = list(TownshipPage.objects.order_by("path")[:TOWNSHIPS])
    # Spread over the prefecture, so that few of them stand side by side.
    some = villages[:: max(1, len(villages) // FEW)][:FEW]
    for name, role, places in (
        ("some", "village_editor", some),
        ("everywhere", "village_editor", villages),
        ("reviewer", "township_reviewer", townships),
    ):
        user, _made = User.objects.get_or_create(username=name)
        for place in places:
            appoint(user, role, Page.objects.get(pk=place.pk))


def _media():
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from PIL import Image as Picture
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    from editorial.models import BodyCollection

    if not default_storage.exists(f"original_images/{PIXEL}"):
        path = Path(tempfile.mkdtemp()) / PIXEL
        Picture.new("RGB", (40, 30), "teal").save(path)
        default_storage.save(f"original_images/{PIXEL}", ContentFile(path.read_bytes()))
    collections = BodyCollection.objects.values_list("collection_id", flat=True)
    images, documents = get_image_model(), get_document_model()
    images.objects.bulk_create(
        (
            images(
                title=f"活动照片 {pk}-{n}",
                file=f"original_images/{PIXEL}",
                width=40,
                height=30,
                collection_id=pk,
            )
            for pk in collections
            for n in range(MEDIA_EACH)
        ),
        batch_size=500,
    )
    documents.objects.bulk_create(
        (
            documents(title=f"签到表 {pk}-{n}", file=f"documents/{pk}-{n}.txt", collection_id=pk)
            for pk in collections
            for n in range(MEDIA_EACH)
        ),
        batch_size=500,
    )


def _what_happened():
    from django.contrib.auth.models import User
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page, PageLogEntry, PageViewRestriction

    from consultations.models import ConsultationPage
    from villages.models import HouseholdPage

    above = User.objects.get(username="above")
    # Not one of those who are measured: everybody's own first page lists what they locked.
    clerk = User.objects.create_user("clerk")
    talks = list(ConsultationPage.objects.order_by("pk").values_list("pk", flat=True))
    step = max(1, len(talks) // RESTRICTIONS)
    PageViewRestriction.objects.bulk_create(
        PageViewRestriction(page_id=pk, restriction_type=PageViewRestriction.LOGIN)
        for pk in talks[::step][:RESTRICTIONS]
    )
    Page.objects.filter(pk__in=talks[1::step][:LOCKED]).update(
        locked=True, locked_at=timezone.now(), locked_by=clerk
    )
    kind = ContentType.objects.get_for_model(ConsultationPage)
    PageLogEntry.objects.bulk_create(
        (
            PageLogEntry(
                page_id=talks[n % len(talks)],
                content_type=kind,
                label=f"第{n}条",
                action="wagtail.edit",
                user=above,
                timestamp=timezone.now(),
            )
            for n in range(ENTRIES)
        ),
        batch_size=500,
    )
    households = HouseholdPage.objects.order_by("pk")
    for page in households[:: max(1, households.count() // WAITING)][:WAITING]:
        if page.workflow_in_progress:
            continue
        page.save_revision(user=clerk)
        page.get_workflow().start(page, clerk)


def lists():
    """{what the handbook calls a list: its address}."""
    from django.urls import reverse
    from wagtail.models import Page

    from consultations.models import ConsultationPage
    from home.models import HomePage
    from villages.models import VillagePage

    home, village = HomePage.objects.get(), VillagePage.objects.order_by("path").first()
    home_name = "wagtailadmin_choose_page_child"
    talk = ConsultationPage.objects.child_of(Page.objects.get(pk=village.pk)).first()
    return {
        "first page, texts waiting": reverse("wagtailadmin_home"),
        "explorer, top": reverse("wagtailadmin_explore_root"),
        "explorer, home": reverse("wagtailadmin_explore", args=[home.pk]),
        "explorer, village": reverse("wagtailadmin_explore", args=[village.pk]),
        "editor": reverse("wagtailadmin_pages:edit", args=[talk.pk]),
        "page chooser": reverse("wagtailadmin_choose_page"),
        "page chooser, home": reverse(home_name, args=[home.pk]),
        "page chooser, village": reverse(home_name, args=[village.pk]),
        "page chooser, search": reverse("wagtailadmin_choose_page_search") + "?q=礼金",
        "search": reverse("wagtailadmin_pages:search") + "?q=礼金",
        "search, one kind": reverse("wagtailadmin_pages:search")
        + "?q=礼金&content_type=covenants.covenantpage",
        "pages of one kind": reverse(
            "wagtailadmin_pages:type_use", args=["covenants", "covenantpage"]
        ),
        "pictures": reverse("wagtailimages:index"),
        "pictures, search": reverse("wagtailimages:index") + "?q=照片",
        "picture chooser": reverse("wagtailimages_chooser:choose"),
        "documents": reverse("wagtaildocs:index"),
        "document chooser": reverse("wagtaildocs_chooser:choose"),
        "pages, API": reverse("wagtailadmin_api:pages:listing") + "?limit=20",
        "pictures, API": reverse("wagtailadmin_api:images:listing") + "?limit=20",
        "report: locked": reverse("wagtailadmin_reports:locked_pages"),
        "report: workflows": reverse("wagtailadmin_reports:workflow"),
        "report: tasks": reverse("wagtailadmin_reports:workflow_tasks"),
        "report: history": reverse("wagtailadmin_reports:site_history"),
        "report: aging": reverse("wagtailadmin_reports:aging_pages"),
        "report: personal data": reverse("safety_report"),
        "files handed in": reverse("covenants_handed_in"),
        "upload": reverse("covenants_upload"),
    }


class Session:
    def __init__(self, name):
        from django.contrib.auth.models import User
        from django.test import Client

        self.client = Client(HTTP_HOST="127.0.0.1")
        self.client.force_login(User.objects.get(username=name))

    def open(self, address):
        return self.client.get(address, follow=True)

    def may_open(self, address):
        """Whether the list is shown: whoever may not have it is led to the first page."""
        from django.urls import reverse

        answer, home = self.open(address), reverse("wagtailadmin_home")
        led_home = any(to == home for to, _status in answer.redirect_chain)
        return answer.status_code == 200 and (address == home or not led_home)


def clock():
    """CPU time where the database runs in this process, else the wall's."""
    from django.db import connection

    return time.process_time if connection.vendor == "sqlite" else time.perf_counter


def measure(names, only=("",), repeat=REPEAT):
    """{list: {name: (median ms, queries)}}, without those who may not open it.

    `only`: parts of which a list's name must hold one.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    now, sessions, found = clock(), {name: Session(name) for name in names}, {}
    for label, address in lists().items():
        if not any(part in label for part in only):
            continue
        row = found[label] = {}
        allowed = [name for name in names if sessions[name].may_open(address)]
        taken = {name: [] for name in allowed}
        for _ in range(repeat):
            # In turns, so that a busy moment of the machine meets all of them.
            for name in allowed:
                started = now()
                sessions[name].open(address)
                taken[name].append((now() - started) * 1000)
        for name in allowed:
            with CaptureQueriesContext(connection) as captured:
                sessions[name].open(address)
            row[name] = statistics.median(taken[name]), len(captured)
        show(label, row, names)
    return found


def show(label, row, names):
    cells = []
    base = row["above"][0]
    for name in names:
        if name not in row:
            cells.append(f"{'—':>16}")
            continue
        ms, queries = row[name]
        cells.append(f"{ms:7.0f} {ms / base:4.2f} {queries:3d}")
    print(f"{label:<26}" + "  ".join(cells), flush=True)


def too_slow(found):
    """[(list, name, ratio)] above the limit; differences of a few milliseconds are noise."""
    return [
        (label, name, ms / row["above"][0])
        for label, row in found.items()
        for name, (ms, _queries) in row.items()
        if ms > LIMIT * row["above"][0] and ms - row["above"][0] > SLACK_MS
    ]


def plan(label, name):
    """Print the slowest statement of one list and the database's plan for it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        Session(name).open(lists()[label])
    for query in sorted(captured, key=lambda one: -float(one["time"]))[:3]:
        sql = query["sql"]
        print(
            f"\n{label}, {name}: {float(query['time']) * 1000:.0f} ms\n{sql[:700]} … {sql[-300:]}"
        )


def is_held(label, name) -> bool:
    """Whether the limit binds: for lists people open, not for Wagtail's API behind the menu."""
    return name == HELD_TO_LIMIT and not label.endswith("API")


def main():
    reader = argparse.ArgumentParser()
    reader.add_argument("pages", type=int, nargs="?", default=12_000)
    reader.add_argument("--data")
    reader.add_argument(
        "--only", nargs="+", default=[""], help="lists whose name holds one of these"
    )
    reader.add_argument("--people", nargs="+", default=PEOPLE, choices=PEOPLE)
    reader.add_argument("--repeat", type=int, default=REPEAT)
    reader.add_argument("--plans", action="store_true")
    options = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunyue-rights-") as scratch:
        prepare(Path(options.data or scratch).resolve())
        fill(options.pages)
        from wagtail.models import Page

        names = ["above", *(name for name in options.people if name != "above")]
        print(f"{Page.objects.count()} pages; ms, ratio to superuser, queries")
        print(f"{'':<26}" + "  ".join(f"{name:>16}" for name in names))
        slow = too_slow(measure(names, options.only, options.repeat))
        for label, name, ratio in slow:
            judged = "TOO SLOW" if is_held(label, name) else "for information"
            print(f"above {LIMIT} ({judged}): {label}, {name}: {ratio:.2f}")
            if options.plans:
                plan(label, name)
    return 1 if any(is_held(label, name) for label, name, _ratio in slow) else 0


if __name__ == "__main__":
    sys.exit(main())
