"""A village editor meets no trace of a neighbour's drafts, whatever address they try.

The addresses are discovered from the admin's urlconf, so that a view added by Wagtail or by
another room is walked as well.
"""

import uuid
from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from wagtail.images import get_image_model
from wagtail.models import Page, TaskState
from wagtail.permissions import policy_registry
from wagtail_factories import ImageFactory

from covenants.models import RuleSource
from editorial.appointments import body_collection, dismiss
from safety.models import OfficeContact
from search.outbox import drain
from tests.factories import ConsultationPageFactory, CovenantPageFactory, DocumentFactory

SECRET = "暗藏的字句"
MISSING = 987654321
# Leaving the admin ends the walk; the error page raises on purpose.
NOT_WALKED = {"wagtailadmin_logout", "wagtailadmin_error_test"}
PAGE_ARGUMENTS = {"page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"}
WORDS = {
    "app_label": "covenants",
    "model_name": "covenantpage",
    "app_name": "covenants",
    "content_type_app_name": "covenants",
    "content_type_model_name": "covenantpage",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
    "hash": "0",
    "filter_spec": "width-20",
    "slug": "x",
}


@pytest.fixture
def secrets(people):
    """The neighbour's draft in review, a published text with an unpublished change, and media."""
    draft = ConsultationPageFactory(
        parent=people.other, title=f"{SECRET}一", result=f"{SECRET}二", live=False
    )
    draft.save_revision(user=people.neighbour)
    draft.get_workflow().start(draft, people.neighbour)
    changed = CovenantPageFactory(parent=people.other, articles=("公开的一条。",))
    changed.title, changed.preamble = f"{SECRET}三", f"{SECRET}四"
    changed.save_revision(user=people.neighbour)
    drain(wait=True)
    collection = body_collection(people.other)
    state = Page.objects.get(pk=draft.pk).current_workflow_task_state
    return SimpleNamespace(
        draft=Page.objects.get(pk=draft.pk),
        changed=Page.objects.get(pk=changed.pk),
        state=state,
        image=ImageFactory(title=f"{SECRET}图", collection=collection),
        document=DocumentFactory(title=f"{SECRET}档", collection=collection),
        source=RuleSource.objects.create(
            page_id=changed.pk,
            area_id=people.other.pk,
            kind="covenant",
            name=f"{SECRET}件.txt",
            sha256="0" * 64,
            file=ContentFile(f"{SECRET}原件".encode(), name="rule.txt"),
            text=f"{SECRET}原文",
        ),
    )


def admin_patterns():
    """(namespaced name, argument names) of every named address below the admin."""

    def walk(resolver, namespaces, arguments):
        for entry in resolver.url_patterns:
            names = {*arguments, *entry.pattern.regex.groupindex}
            names |= set(getattr(entry.pattern, "converters", {}))
            if isinstance(entry, URLPattern):
                if entry.name:
                    yield ":".join([*namespaces, entry.name]), frozenset(names)
            else:
                below = [*namespaces, entry.namespace] if entry.namespace else namespaces
                yield from walk(entry, below, names)

    admin = reverse("wagtailadmin_home").lstrip("/")
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) == admin:
            yield from set(walk(entry, [], set()))


def addresses(page, secrets, destination, actions=("publish", "approve", "delete", "move")):
    """Every admin address that can be built with this page's number and the secrets' numbers."""
    numbers = {
        "revision_id": page.latest_revision_id,
        "task_id": secrets.state.task_id,
        "task_state_id": secrets.state.pk,
        "workflow_state_id": secrets.state.workflow_state_id,
        "image_id": secrets.image.pk,
        "document_id": secrets.document.pk,
        "doc_id": secrets.document.pk,
        "object_id": page.pk,
        "session_id": 1,
        "source_id": secrets.source.pk,
        "batch_id": uuid.uuid4(),
        "row_id": 1,
        "destination_id": destination.pk,
    }
    for name, arguments in sorted(admin_patterns(), key=lambda found: found[0]):
        if name.split(":")[-1] in NOT_WALKED:
            continue
        media = {"wagtailimages": secrets.image, "wagtaildocs": secrets.document}
        subject = next((m for prefix, m in media.items() if name.startswith(prefix)), page)
        for action in actions if arguments & {"action", "action_name"} else actions[:1]:
            values = {
                argument: numbers.get(argument)
                or (page.pk if argument in PAGE_ARGUMENTS else None)
                or WORDS.get(argument)
                or (action if argument in {"action", "action_name"} else None)
                or (subject.pk if argument in {"pk", "id"} else MISSING)
                for argument in arguments
            }
            if name == "wagtail_bulk_action":
                values |= {"app_label": "wagtailcore", "model_name": "page"}
            yield name, address_of(name, values)


def address_of(name, values):
    """The address; what counts in UUIDs has none of the secrets' numbers."""
    try:
        return reverse(name, kwargs=values)
    except NoReverseMatch:
        return reverse(name, kwargs=values | {"pk": uuid.UUID(int=MISSING)})


def queries(page):
    yield ""
    yield f"?id={page.pk}&p=1&q={SECRET[:2]}&page_type=covenants.covenantpage"
    yield f"?id=all&childOf={page.get_parent().pk}"
    yield f"?page_type=consultations.consultationpage&parent_page_id={page.pk}"
    yield f"?target_pages[]={page.pk}&search={SECRET[:2]}"


def ask(client, method, address, *data) -> str:
    """All that is said on the way: messages of redirects, and the page they lead to.

    The admin's first page, where most refusals lead, is an address of the walk itself.
    """
    answer, told = method(address, *data), []
    for _ in range(10):
        if answer.status_code not in (301, 302):
            break
        told += [str(message) for message in get_messages(answer.wsgi_request)]
        if answer["Location"] == reverse("wagtailadmin_home"):
            break
        answer = client.get(answer["Location"])
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join([*told, body.decode(errors="replace")])


def walk(client, page, secrets, destination, posting):
    """Names of the addresses whose answer holds the secret."""
    client.raise_request_exception = False
    leaks, asked = set(), 0
    # Lists and choosers answer to the query as well; one page's own views to its number.
    lists = {
        name
        for name, arguments in admin_patterns()
        if not arguments & {*PAGE_ARGUMENTS, "pk"} or "explore" in name or "choose" in name
    }
    for name, address in addresses(page, secrets, destination):
        if posting:
            form = {"new_parent_page": page.pk, "chooser": page.pk, "comment": "x"}
            answers = [ask(client, client.post, address, data) for data in ({}, form)]
        else:
            variants = queries(page) if name in lists else [""]
            answers = [ask(client, client.get, address + query) for query in variants]
        asked += len(answers)
        for text in answers:
            if SECRET in text or SECRET.encode("unicode_escape").decode() in text:
                leaks.add(name)
    assert asked > 100
    return leaks


@pytest.mark.parametrize("which", ["draft", "changed"])
@pytest.mark.parametrize("posting", [False, True], ids=["get", "post"])
def test_no_admin_address_shows_a_neighbours_draft(people, secrets, client, which, posting):
    page = getattr(secrets, which)
    before = (page.path, page.live, page.title, page.latest_revision_id)
    client.force_login(people.editor)
    assert walk(client, page, secrets, people.own, posting) == set()
    after = Page.objects.get(pk=page.pk)
    assert (after.path, after.live, after.title, after.latest_revision_id) == before
    secrets.state.refresh_from_db()
    assert secrets.state.status == TaskState.STATUS_IN_PROGRESS


def test_no_admin_address_shows_it_to_another_townships_reviewer(people, secrets, client):
    client.force_login(people.far_reviewer)
    assert walk(client, secrets.draft, secrets, people.far_township, posting=False) == set()


def test_ones_own_page_is_no_way_to_a_neighbours(people, secrets, client):
    """One's own page in the address, the neighbour's revision, task and destination beside it."""
    client.force_login(people.editor)
    own = SimpleNamespace(
        pk=people.draft.pk,
        latest_revision_id=secrets.draft.latest_revision_id,
        get_parent=people.draft.get_parent,
    )
    assert walk(client, own, secrets, secrets.draft, posting=False) == set()


def test_the_walk_sees_what_the_neighbour_sees(people, secrets, client):
    """Without this, a walk that finds nothing would prove nothing."""
    client.force_login(people.neighbour)
    seen = walk(client, secrets.draft, secrets, people.other, posting=False)
    assert {
        "wagtailadmin_home",
        "wagtailadmin_explore",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:revisions_view",
        "wagtailadmin_pages:search",
        "wagtailadmin_pages:workflow_history",
        "wagtailadmin_api:pages:listing",
        "wagtailadmin_api:pages:detail",
        "wagtailimages_chooser:chosen",
        "wagtaildocs_chooser:chosen",
    } <= seen


def test_published_pages_of_a_neighbour_can_be_linked_to(people, client):
    covenant = CovenantPageFactory(parent=people.other)
    client.force_login(people.editor)
    shelf = reverse("wagtailadmin_choose_page_child", args=[people.other.pk])
    assert covenant.title in client.get(shelf).json()["html"]
    chosen = reverse("wagtailadmin_choose_page_chosen_multiple")
    assert client.get(f"{chosen}?id={covenant.pk}").json()["result"][0]["id"] == covenant.pk


def test_who_searches_in_the_chooser_finds_own_drafts_only(people, secrets, client):
    search = reverse("wagtailadmin_choose_page_search")
    for user, finds in ((people.neighbour, True), (people.editor, False)):
        client.force_login(user)
        html = client.get(f"{search}?q={SECRET[:2]}").content.decode()
        assert (SECRET in html) is finds


def test_an_outside_address_typed_as_a_link_tells_no_draft_title(people, secrets, client):
    client.force_login(people.editor)
    response = client.post(
        reverse("wagtailadmin_choose_page_external_link"),
        {
            "external-link-chooser-url": f"http://localhost{secrets.changed.url}",
            "external-link-chooser-link_text": "",
        },
    )
    assert SECRET not in response.json().get("result", {}).get("title", "")
    assert SECRET.encode("unicode_escape") not in response.content


def test_the_history_of_places_above_is_not_told(people, client):
    dismiss(people.reviewer, "township_reviewer", people.township, why=SECRET)
    report = reverse("wagtailadmin_reports:site_history")
    for user, told in ((people.editor, False), (people.county_admin, True)):
        client.force_login(user)
        assert (SECRET in client.get(report).content.decode()) is told


@pytest.mark.parametrize("kind", ["pages", "images", "documents"])
def test_an_operator_that_no_search_knows_is_refused(people, client, kind):
    client.force_login(people.editor)
    address = f"/admin/api/main/{kind}/?search=x&search_operator="
    assert client.get(f"{address}xor").status_code == 400
    assert client.get(f"{address}or").status_code == 200


def test_select_all_reaches_only_what_one_may_see(people, secrets, client):
    client.force_login(people.editor)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    response = client.get(f"{address}?id=all&childOf={people.own.pk}")
    assert people.draft.title in response.content.decode()
    client.post(f"{address}?id=all&childOf={people.other.pk}")
    assert Page.objects.filter(pk=secrets.draft.pk).exists()
    for narrowed in (
        "content_type=1",
        "owner=1",
        "latest_revision_created_at_to=2020-01-01",
        "q=x",
    ):
        refused = client.get(f"{address}?id=all&childOf={people.own.pk}&{narrowed}")
        assert refused.status_code == 302, narrowed
    assert "请逐页勾选" in str([*get_messages(refused.wsgi_request)][-1])


def test_select_all_of_a_register_names_no_row_of_others(people, client):
    values = ("0878-3331001", "0878-3331002")
    for value, area in zip(values, (people.township, people.far_township), strict=True):
        OfficeContact.objects.create(value=value, office="示例", area=area)
    client.force_login(people.reviewer)
    address = reverse("wagtail_bulk_action", args=["safety", "officecontact", "delete"])
    shown = client.get(f"{address}?id=all").content.decode()
    assert values[0] in shown and values[1] not in shown
    assert client.post(f"{address}?id=all&q=x").status_code == 302
    assert OfficeContact.objects.count() == len(values)
    client.post(f"{address}?id=all")
    assert [row.value for row in OfficeContact.objects.all()] == [values[1]]


def fullwidth(number):
    return "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in str(number))


@pytest.mark.parametrize(
    "written",
    ["+{}".format, " {} ".format, "0_{}".format, "{:0>40}".format, fullwidth],
    ids=["sign", "spaces", "underscore", "zeros", "fullwidth"],
)
def test_a_number_written_otherwise_opens_nothing(people, secrets, client, written):
    """Django reads all of these as the number."""
    client.force_login(people.editor)
    choose, bulk = reverse("wagtailadmin_choose_page_chosen_multiple"), "wagtail_bulk_action"
    ways = [
        (choose, secrets.draft),
        (reverse(bulk, args=["wagtailcore", "page", "delete"]), secrets.draft),
        (reverse("wagtailimages_chooser:chosen_multiple"), secrets.image),
        (reverse("wagtaildocs_chooser:chosen_multiple"), secrets.document),
        (reverse(bulk, args=["wagtaildocs", "document", "add_tags"]), secrets.document),
    ]
    for address, hidden in ways:
        answer = client.get(address, {"id": written(hidden.pk)})
        assert answer.status_code == 404, address
        assert SECRET not in answer.content.decode("unicode_escape", "ignore")


def test_a_number_in_the_escapes_of_the_admin_opens_nothing(people, secrets, client):
    escaped = "_2B{}".format  # "+12"
    ping = "wagtailadmin_editing_sessions:ping"
    draft = ["covenants", "covenantpage", escaped(secrets.changed.pk), MISSING]
    ways = [
        (client.get, reverse("wagtailimages_chooser:chosen", args=[escaped(secrets.image.pk)])),
        (client.get, reverse("wagtaildocs_chooser:chosen", args=[escaped(secrets.document.pk)])),
        (client.post, reverse(ping, args=draft)),
    ]
    client.force_login(people.neighbour)
    assert [ask(address).status_code for ask, address in ways] == [200, 200, 200]
    client.force_login(people.editor)
    assert [ask(address).status_code for ask, address in ways] == [404, 404, 404]


def test_a_reviewer_sees_their_villages_pictures_and_no_others(people, secrets):
    policy = policy_registry.get_by_type(get_image_model())
    usable = policy.collections_user_has_permission_for(people.reviewer, "choose")
    assert body_collection(people.other) in usable
    assert body_collection(people.far_township) not in usable
    assert body_collection(people.other).is_descendant_of(body_collection(people.township))
    assert not body_collection(people.other).is_descendant_of(body_collection(people.far_township))
