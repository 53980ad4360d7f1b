"""Requests that no browser sends: odd headers, addresses, bodies; every public view answers them.

What a request may cost is counted in queries of the database: no more than the plain one's and a
few.
"""

import json
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse
from wagtail.documents import get_document_model
from wagtail.models import Workflow
from wagtail.snippets.models import get_snippet_models
from wagtail.users.models import UserProfile

from safety.characters import clean_json
from safety.withdrawal.addresses import DEEPEST
from tests import sounds
from tests.factories import HouseholdPageFactory, UserFactory
from tests.safety.hostile_pages import hostile_pages
from tests.safety.hostile_requests import check, field_values, public_addresses, shown_values

pytestmark = pytest.mark.django_db
LONG = "x" * 20_000
DEEP = "[" * 100_000 + "]" * 100_000


def nested(depth):
    """JSON that a parser in C reads to the end and a function that calls itself does not."""
    return "[" * depth + r'"\u0000"' + "]" * depth


HEADERS = (
    {"host": "cunyue.example"},
    {"host": "testserver:99999999"},
    {"host": "testserver\\@cunyue.example"},
    {"x-forwarded-host": "cunyue.example", "x-forwarded-proto": "javascript"},
    {"x-forwarded-for": f"{LONG}, ::1, 999.1.1.1, <script>", "forwarded": "for=_x;by="},
    {"accept-language": "zh;q=nan,*;q=-1," + "en-" * 5000 + ",en;q=0.5" * 3000},
    {"accept-encoding": "gzip;q=9,br;q=," + "x," * 5000, "accept": "*/*;q=,,;"},
    {"range": "bytes=-0,5-1,-" + "9" * 6000, "if-range": '"x'},
    {"range": "bytes=" + "0-1," * 5000},
    {"if-none-match": f'W/"{LONG}", *, "', "if-match": '"x"'},
    {"if-modified-since": "Thu, 99 Foo 20262 99:99:99 GMT"},
    {"cookie": "sessionid=\xff; csrftoken=" + "%00" * 900 + "; text=9; theme=<x>; village=-1;;=;"},
    {"cookie": 'messages="[[\\"__json_message\\",0,99,' + "[" * 3000 + '"; my_village=%ff'},
    {"referer": "\xff//", "user-agent": LONG, "origin": "null"},
    {"x-requested-with": "XMLHttpRequest", "content-type": "text/html; charset=rot13"},
)  # fmt: skip
BELOW = (
    "%00/", "..%2f..%2fetc/passwd", "%2e%2e/", "%c0%af/", "%ed%a0%80/", "%ff%fe/", "%u0000/", "%/",
    "//", ";a=b/", "%0d%0aSet-Cookie:%20cunyue=1/", "x" * 9000 + "/", "x/" * 3000, "\\..\\",
    "?%00=%00&q=%ff%fe&q[]=&=&&;", "?" + "a=1&" * 3000, "?" + "q=" + "%E9%85%92" * 3000,
    "?page=" + "9" * 5000, "?on=9999-99-99&page=-1&p=0x1", "?q=%22%22%22((((*?~^:[TO]",
)  # fmt: skip
MULTIPART = "multipart/form-data; boundary=x"
FIELD = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n'
BODIES = (
    ("application/json", DEEP.encode(), {}),
    ("application/json", b"\xff\xfe", {}),
    (MULTIPART, b"".join(FIELD % n for n in range(50_000)) + b"--x--\r\n", {}),
    (MULTIPART, b"--x\r\n" + b"A" * 9000, {}),
    (MULTIPART, FIELD % 1 + b"--x--", {"content-length": "9" * 30}),
    (MULTIPART, FIELD % 1 + b"--x--", {"content-length": "-5"}),
    (MULTIPART, FIELD % 1 + b"--x--", {"content-length": "1e3", "transfer-encoding": "chunked"}),
    (MULTIPART, FIELD % 1 + b"--x--", {"content-length": "3"}),
    ("multipart/form-data", b"--x--", {}),
    ("multipart/form-data; boundary=" + "y" * 9000, b"--y--", {}),
    ("multipart/form-data; boundary=\xe9", b"--x--", {}),
    (f"{MULTIPART}; charset=rot13", FIELD % 1 + b"--x--", {}),
    (f"{MULTIPART}; charset=undefined", FIELD % 1 + b"--x--", {}),
    (MULTIPART, b"--x\r\nContent-Type: ;;\r\nContent-Transfer-Encoding: base64\r\n"
     b"Content-Disposition: form-data; name=q\r\n\r\n!!!!\r\n--x--", {}),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=" % n for n in range(50_000)), {}),
    ("application/x-www-form-urlencoded; charset=rot13", b"a=b", {}),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+AGE-", {}),
    ("application/x-www-form-urlencoded", b"q=%ff%fe%00&%=%&=", {}),
    ("application/x-www-form-urlencoded", f"q={nested(500)}".encode(), {}),
    ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", {}),
    ("\xff", b"x", {}),
    ("", b"x", {}),
)  # fmt: skip


class Counter:
    queries = 0

    def __call__(self, execute, *args):
        self.queries += 1
        return execute(*args)


def cost_of(ask) -> tuple:
    """(answer, queries) of a request."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        answer = ask()
        if answer.streaming:
            b"".join(answer.streaming_content)
    return answer, counter.queries


@pytest.fixture
def addresses():
    """{name of a view: one of its addresses}."""
    found = {}
    for address in public_addresses(hostile_pages()):
        found.setdefault(resolve(unquote(address)).view_name, address)
    assert len(found) > 25
    return found


def judge(ask, plain, where):
    answer, queries = cost_of(ask)
    assert answer.status_code < 500, where
    assert "cunyue.example" not in answer.get("Location", ""), where
    assert "cunyue" not in answer.cookies, where
    # Each part of an address is asked for, to the depth of the deepest page.
    assert queries <= plain + 2 * DEEPEST, where


# Asked everything; all others two of it each, so that everything is asked of some.
WHOLLY = {"home:rules"}


def each(addresses, odd):
    """(name, address, queries of the plain request, one of `odd`)."""
    place = 0
    for name, address in addresses.items():
        plain = cost_of(lambda address=address: Client().get(address))[1]
        chosen = odd if name in WHOLLY else [odd[(place + n) % len(odd)] for n in range(2)]
        place += len(chosen)
        for one in chosen:
            yield name, address, plain, one


def test_odd_headers(addresses):
    for name, address, plain, headers in each(addresses, HEADERS):
        judge(lambda: Client().get(address, headers=headers), plain, (name, headers))  # noqa: B023


def test_odd_addresses(addresses):
    for name, address, plain, below in each(addresses, BELOW):
        judge(lambda: Client().get(address + below), plain, (name, below))  # noqa: B023


def test_odd_bodies(addresses):
    for name, address, plain, (kind, body, headers) in each(addresses, BODIES):
        judge(
            lambda: Client().generic("POST", address, body, kind, headers=headers),  # noqa: B023
            plain,
            (name, kind, body[:60], headers),
        )


@pytest.mark.parametrize("depth", [10, 400, 500, 600, 2000])
def test_no_depth_of_json_hides_what_no_text_may_hold(depth):
    assert r"\u0000" not in clean_json(nested(depth))


def test_odd_bodies_of_the_admin():
    """What reads JSON there, and what does not expect any."""
    client = Client(raise_request_exception=True)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    rule = next(one for one in hostile_pages() if one._meta.model_name == "covenantpage")
    for address in (
        reverse("wagtailadmin_dismissibles"),
        reverse("covenants_hints_check", args=[rule.pk]),
        reverse("wagtailadmin_pages:edit", args=[rule.pk]),
        reverse("wagtailadmin_account"),
        reverse("covenants_upload"),
    ):
        for method in ("POST", "PATCH"):
            for sent in (DEEP, "[" * 900 + "]" * 900, "[1]", '"a"', "5", "{", '{"clauses": {}}'):
                answer = client.generic(method, address, sent, "application/json")
                check(answer, (address, sent[:9]))
            for kind, body, headers in BODIES:
                answer = client.generic(method, address, body, kind, headers=headers)
                check(answer, (address, kind, body[:60], headers))


def test_odd_addresses_of_the_admin():
    """Numbers that no database has, pages of lists before the first, forms nobody is shown."""
    client = Client(raise_request_exception=True)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    hostile_pages()
    huge = "9" * 30
    for model in get_snippet_models():
        chooser = model.snippet_viewset.get_chooser_admin_url_namespace()
        assert client.post(reverse(f"{chooser}:create")).status_code == 404, model
        answer = client.get(reverse(f"{chooser}:chosen_multiple"), {"id": huge})
        assert answer.status_code in (200, 404), model
    session = ["covenants", "covenantpage", huge, huge]
    address = reverse("wagtailadmin_editing_sessions:ping", args=session)
    assert client.post(address).status_code == 404
    assert client.get(reverse("covenants_following", args=[huge])).status_code == 404
    address = reverse("wagtailadmin_workflows:edit", args=[Workflow.objects.first().pk])
    assert client.get(address, {"p": "-1"}).status_code == 404


@pytest.mark.parametrize("value", [DEEP, "[" * 900 + "]" * 900, '{"blocks": 5}', "[[]]", "null"])
def test_rich_text_that_is_no_text(value):
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    for page in hostile_pages():
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        shown = client.get(address)
        form = shown.context["form"]
        sent = shown_values(shown.content.decode()) | field_values(form)
        texts = {key: value for key, old in sent.items() if '"blocks"' in str(old)}
        if texts:
            check(client.post(address, sent | texts), page)


def test_a_thousand_blocks_too_many_are_refused_in_words():
    """As many as fit into a form that is taken, and more than that."""
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = next(one for one in hostile_pages() if one._meta.model_name == "covenantpage")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    sent = shown_values(client.get(address).content.decode())
    for count in ("100000", "9" * 30, "-1", "x", ""):
        answer = client.post(address, sent | {"body-count": count})
        check(answer, count)
    many = {f"body-{number}-type": "article" for number in range(11_000)}
    answer = client.post(address, sent | many | {"body-count": "11000"})
    assert answer.status_code == 413 and "太多" in answer.content.decode()


def test_odd_ranges_of_a_recording(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    recording = get_document_model().objects.create(
        title="录音", file=ContentFile(sounds.mp3(), "luyin.mp3")
    )
    page = HouseholdPageFactory()
    page.recordings.create(document=recording)
    page.save_revision().publish()
    for asked in (
        "bytes=-0", "bytes=" + "9" * 6000 + "-", "bytes=0-" + "9" * 6000, "bytes=-" + "9" * 6000,
        "bytes=٣-٥", "bytes=²-", "bytes = 1 - 2", "bytes=0-0,1-1", "BYTES=0-1", "bytes=\xff",
    ):  # fmt: skip
        answer = client.get(recording.url, headers={"range": asked})
        assert answer.status_code in (200, 206, 416), asked
        assert len(b"".join(answer.streaming_content) if answer.streaming else b"") <= 1251


def test_what_one_puts_away_is_bounded(admin_client, admin_user):
    """Wagtail keeps all of it in one column of the profile, which each request reads."""
    address = reverse("wagtailadmin_dismissibles")

    def put_away(**values):
        return admin_client.patch(address, json.dumps(values), "application/json").status_code

    assert put_away(banner=True) == 200
    assert put_away(long="x" * 5000) == 413
    assert [put_away(**{f"key{n}": "x" * 300}) for n in range(8)][-1] == 413
    assert UserProfile.get_for_user(admin_user).dismissibles["banner"] is True
