"""What the legality hints add to publishing a changed text, in CPU time of this process.

`python -m tests.benchmarks.hints [REPEAT] [--data FOLDER]`: a covenant of 40 articles of the sample
is in force; one article is changed and the text published, with hints and without, by turns, each
in a transaction that is rolled back. Once as the editor's form posts it, once by `publish` alone.
`--data` takes the folder of a prepared sample instead of preparing one. Read the ratios.
"""

import argparse
import contextlib
import datetime
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
ARTICLES, REPEAT = 40, 40
HINTED = ["乱倒垃圾的，罚款五十元。", "办酒席先交押金二百元。", "宅基地须经村民小组同意方可申请。"]
CHANGED = "偷砍他人树木的，照价赔偿并补种，第{}次修改。"


def prepare(folder):
    os.environ["DATA_DIR"] = str(folder)
    sys.path[:0] = [str(ROOT / "site"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["DEBUG"] = os.environ["TWO_FACTOR_REQUIRED"] = "false"
    import django

    django.setup()


def fill():
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("prepare_site", verbosity=0)
    call_command(
        "import_divisions", str(ROOT / "villages/data/chuxiong_divisions.csv"), verbosity=0
    )
    call_command("load_sample", verbosity=0)


def people():
    """Two who may do all: one writes, the other approves."""
    from django.contrib.auth.models import User

    return [
        User.objects.get_or_create(username=name, is_superuser=True, is_staff=True)[0]
        for name in ("writes", "approves")
    ]


def text_in_force(approves):
    """A covenant of the sample whose edition in force has 40 articles, its hints answered."""
    from covenants import hints
    from covenants.models import CovenantPage
    from tests.factories import rule_body

    articles = [*HINTED]
    for page in CovenantPage.objects.live().order_by("pk"):
        edition = page.editions.order_by("-number").first()
        articles += [row.text for row in edition.provisions.all() if not row.items]
        if len(articles) >= ARTICLES and edition.state == "current":
            break
    page = change(page, rule_body(("", "", articles[:ARTICLES])), -1)
    page.save_revision().publish()
    for hint in hints.open_hits(page):
        hints.answer(page, hint.key, "keep", "示例", by=approves)
    return page


def change(page, body, number):
    latest = page.editions.order_by("-number").first()
    page.body = body
    page.adopted_on = page.effective_from = latest.effective_from + datetime.timedelta(days=1)
    page.change_summary = f"第{number}次修改"
    return page


def changed(page, number):
    """The page as the database has it, with another text of its twentieth article."""
    page = type(page).objects.get(pk=page.pk)
    data = page.body.get_prep_value()
    data[0]["value"]["articles"][19]["value"]["text"] = CHANGED.format(number)
    return change(page, type(page)._meta.get_field("body").to_python(data), number)


def posted(body):
    """The fields by which the editor sends a text of one chapter."""
    (chapter,) = body.get_prep_value()
    articles = [
        {**row["value"], "id": row["id"], "items": []} for row in chapter["value"]["articles"]
    ]
    data = {
        "body-count": 1,
        "body-0-deleted": "",
        "body-0-order": 0,
        "body-0-type": "chapter",
        "body-0-id": chapter["id"],
        "body-0-value-label": "",
        "body-0-value-title": "",
        "body-0-value-articles-count": len(articles),
    }
    for number, article in enumerate(articles):
        name = f"body-0-value-articles-{number}"
        data |= {
            f"{name}-deleted": "",
            f"{name}-order": number,
            f"{name}-id": article["id"],
            f"{name}-value-label": article["label"],
            f"{name}-value-text": article["text"],
            f"{name}-value-items-count": 0,
        }
    return data


class Admin:
    """The way of a text through the admin, as two browsers would take it."""

    def __init__(self, page, writes, approves):
        from django.test import Client
        from django.urls import reverse
        from wagtail.test.utils.form_data import querydict_from_html

        self.page, self.browsers = page, {}
        for user in (writes, approves):
            self.browsers[user] = Client(HTTP_HOST="127.0.0.1")
            self.browsers[user].force_login(user)
        self.writes, self.approves = writes, approves
        self.address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        html = self.open().content.decode()
        data = querydict_from_html(html, form_id="page-edit-form").dict()
        self.data = {**data, "attachments-count": "0"}

    def open(self, *_):
        response = self.browsers[self.writes].get(self.address)
        assert response.status_code == 200, response.status_code
        return response

    def submit(self, number):
        page, data = changed(self.page, number), self.data.copy()
        for name in ("adopted_on", "effective_from", "change_summary"):
            data[name] = str(getattr(page, name))
        data.update(posted(page.body))
        data["action-submit"] = "1"
        response = self.browsers[self.writes].post(self.address, data)
        assert response.status_code == 302, response.content.decode()

    def approve(self):
        from django.urls import reverse

        state = type(self.page).objects.get(pk=self.page.pk).current_workflow_task_state
        arguments = [self.page.pk, "approve", state.pk]
        address = reverse("wagtailadmin_pages:workflow_action", args=arguments)
        response = self.browsers[self.approves].post(address, {"comment": ""})
        assert response.status_code == 302, response.status_code
        assert type(self.page).objects.get(pk=self.page.pk).has_unpublished_changes is False


@contextlib.contextmanager
def without_hints():
    with (
        mock.patch("covenants.adoption.read_for_hints"),
        mock.patch("covenants.hint_desk.tell"),
        mock.patch("covenants.hints.obstacles", return_value=[]),
    ):
        yield


def measure(label, step, repeat, before=lambda number: None):
    """Print medians of `step(number)`, with hints and without by turns, after `before(number)`."""
    from django.db import transaction

    taken = {True: [], False: []}
    for number in range(2 * (repeat + 1)):
        hints = bool(number % 2)
        with transaction.atomic():
            before(number)
            with contextlib.nullcontext() if hints else without_hints():
                started = time.process_time()
                step(number)
                spent = time.process_time() - started
            transaction.set_rollback(True)
        if number > 1:
            taken[hints].append(spent * 1000)
    less, more = statistics.median(taken[False]), statistics.median(taken[True])
    print(f"{label:<40} {less:7.1f} ms without, {more:7.1f} ms with hints: {more / less:.3f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("repeat", nargs="?", type=int, default=REPEAT)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunyue-bench-") as name:
        prepare(asked.data or Path(name))
        if not asked.data:
            fill()
        run(asked.repeat)


def run(repeat):
    from django.db import transaction

    with transaction.atomic():
        writes, approves = people()
        page = text_in_force(approves)
        admin = Admin(page, writes, approves)
        measure(
            "publish a changed text", lambda n: changed(page, n).save_revision().publish(), repeat
        )
        measure("approve it", lambda n: admin.approve(), repeat, before=admin.submit)
        measure("submit it from the editor's form", admin.submit, repeat)
        measure("open the editor", admin.open, repeat)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
