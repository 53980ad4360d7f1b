"""The doors to a page: its address, the admin's views of it, what can be done to it, lists."""

from collections import ChainMap
from functools import partial

from django.urls import reverse
from wagtail.blocks import ListBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Comment, Page, PageViewRestriction, WorkflowState
from wagtail.test.utils.form_data import querydict_from_html

from covenants.models import RuleSource

from .asking import type_name
from .doors import MISSING, Way, door, list_door, number_door, query_door
from .world import client_of

page_door = partial(number_door, number=lambda thing: thing.page.pk, argument="page_id")


def row(*fields):
    """What `fields` of the page's row hold; None once it is gone."""
    return lambda world, thing: Page.objects.filter(pk=thing.page.pk).values_list(*fields).first()


def form(world, thing, **changes):
    """What the page's editor posts, as the superuser's browser has it."""
    forms = world.__dict__.setdefault("forms", {})
    if thing.name not in forms:
        answer = client_of(world, "su").get(
            reverse("wagtailadmin_pages:edit", args=[thing.page.pk])
        )
        page = thing.page.get_latest_revision_as_object()
        read = querydict_from_html(answer.content.decode(), form_id="page-edit-form").dict()
        forms[thing.name] = read | stream_fields(page)
    return forms[thing.name] | changes


def stream_fields(page):
    """What the browser's script makes of the StreamFields, which stand in no HTML."""
    made = {}
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            block = field.stream_block
            made |= block_fields(field.name, block, block.get_form_state(getattr(page, field.name)))
    return made


def block_fields(prefix, block, state):
    """{name: value} of a form for the state of a block."""
    if isinstance(block, StructBlock):
        parts = [
            block_fields(f"{prefix}-{name}", child, state[name])
            for name, child in block.child_blocks.items()
        ]
    elif isinstance(block, StreamBlock | ListBlock):
        parts = [{f"{prefix}-count": len(state)}]
        for at, one in enumerate(state):
            start = f"{prefix}-{at}"
            of_list = isinstance(block, ListBlock)
            child = block.child_block if of_list else block.child_blocks[one["type"]]
            parts.append({f"{start}-order": at, f"{start}-deleted": "", f"{start}-id": one["id"]})
            parts.append({} if of_list else {f"{start}-type": one["type"]})
            parts.append(block_fields(f"{start}-value", child, one["value"]))
    else:
        parts = [{prefix: state} if state not in (None, False) else {}]
    return dict(ChainMap(*parts))


def pressing(button):
    return lambda world, thing: form(world, thing, **{button: "1"})


def revision(world, thing):
    return thing.page.latest_revision_id


def first_revision(world, thing):
    return thing.page.revisions.order_by("pk").values_list("pk", flat=True).first()


def state(world, thing):
    found = thing.page.current_workflow_task_state
    return found and found.pk


def workflow(world, thing):
    found = WorkflowState.objects.for_instance(thing.page).first()
    return found and found.pk


def task(world, thing):
    found = thing.page.current_workflow_task_state
    return found and found.task_id


def waiting(world, thing):
    states = WorkflowState.objects.for_instance(thing.page)
    return list(states.values_list("pk", "status", "current_task_state__status"))


def parent(world, thing):
    return thing.page.get_parent().pk


def elsewhere(world, thing):
    """Where the page may be moved or copied: the next village, for a feature the same list."""
    page = thing.page
    if page.get_parent().pk == world.features.pk:
        return world.features.pk
    return (world.township if page.specific_class.__name__ == "VillagePage" else world.other).pk


@door("address", "wagtail_serve")
def address(world, thing):
    url = thing.page.url
    other = "x" * len(thing.page.slug)
    return Way(
        url,
        url.replace(f"/{thing.page.slug}/", f"/{other}/"),
        own=(thing.page.slug,),
        other=(other,),
        hidden=thing.word if thing.word != thing.page.title else "",
    )


def below_address(name, word, view):
    @door(name, view)
    def way(world, thing):
        found = address(world, thing)
        found.address += f"{word}/"
        found.absent += f"{word}/"
        return found


below_address("file", "docx", "covenants:rule_file")
below_address("situations", "shiqing", "home:place_situation*")
below_address("zip", "zip", "covenants:place_zip")

page_door("edit", "wagtailadmin_pages:edit")
page_door("draft", "wagtailadmin_pages:view_draft")
page_door("preview", "wagtailadmin_pages:preview_on_edit", "post", data=form)
page_door("history", "wagtailadmin_pages:history")
page_door("history rows", "wagtailadmin_pages:history_results")
page_door("revisions", "wagtailadmin_pages:revisions_index")
page_door("revision", "wagtailadmin_pages:revisions_view", revision_id=revision)
page_door("revert", "wagtailadmin_pages:revisions_revert", revision_id=first_revision)
page_door(
    "compare revisions",
    "wagtailadmin_pages:revisions_compare",
    argument="pk",
    revision_id_a="earliest",
    revision_id_b="latest",
)
page_door("workflows", "wagtailadmin_pages:workflow_history")
page_door("workflow", "wagtailadmin_pages:workflow_history_detail", workflow_state_id=workflow)
page_door("workflow preview", "wagtailadmin_pages:workflow_preview", task_id=task)
page_door("usage", "wagtailadmin_pages:usage")
page_door("explore", "wagtailadmin_explore", argument="parent_page_id")
page_door("explore rows", "wagtailadmin_explore_results", argument="parent_page_id")
page_door("add below", "wagtailadmin_pages:add_subpage", argument="parent_page_id")
page_door("choose below", "wagtailadmin_choose_page_child", argument="parent_page_id")
page_door("API page", "wagtailadmin_api:pages:detail", argument="pk")
query_door(
    "chosen",
    "wagtailadmin_choose_page_chosen_multiple",
    "?id={pk}",
    number=lambda thing: thing.page.pk,
)
page_door(
    "editing session",
    "wagtailadmin_editing_sessions:ping",
    "post",
    argument="object_id",
    app_label="wagtailcore",
    model_name="page",
    session_id=MISSING,
)
page_door("personal data", "editorial_personal_data")
page_door("compare text", "covenants_compare")
page_door("procedure", "covenants_procedure")
page_door("read draft", "editorial_draft")
page_door("read draft text", "editorial_draft_text")
page_door(
    "comment",
    "editorial_draft",
    "post",
    data=lambda world, thing: {"text": "第三条要改"},
    effect=lambda world, thing: Comment.objects.count(),
)
page_door(
    "resolve comment",
    "editorial_resolve_comment",
    "post",
    comment_id=lambda world, thing: thing.comment.pk,
    effect=lambda world, thing: Comment.objects.get(pk=thing.comment.pk).resolved_at,
)
page_door("editions", "covenants_editions")
page_door("limits", "covenants_limits")
page_door(
    "as text", "covenants_edit_as_text", effect=lambda world, thing: RuleSource.objects.count()
)
page_door("following desk", "covenants_following")

page_door("copy form", "wagtailadmin_pages:copy")
page_door("move form", "wagtailadmin_pages:move", argument="page_to_move_id")
page_door(
    "move question",
    "wagtailadmin_pages:move_confirm",
    argument="page_to_move_id",
    destination_id=elsewhere,
)
page_door("delete question", "wagtailadmin_pages:delete")
page_door("unpublish question", "wagtailadmin_pages:unpublish")
page_door("alias question", "wagtailadmin_pages:convert_alias")
page_door("privacy form", "wagtailadmin_pages:set_privacy")
page_door("cancel question", "wagtailadmin_pages:confirm_workflow_cancellation")
page_door(
    "approve form",
    "wagtailadmin_pages:collect_workflow_action_data",
    action_name="approve",
    task_state_id=state,
)

page_door("redact", "covenants_redact")
page_door("purge copies", "editorial_purge_copies")
page_door("terms", "change_of_term")
page_door("term slips", "change_of_term_slips")
page_door("term end", "change_of_term_end", "post")
page_door("term invite", "change_of_term_invite", "post")
page_door("hints", "covenants_hints")
page_door("withdraw question", "editorial_withdraw")
page_door(
    "withdraw",
    "editorial_withdraw",
    "post",
    data=lambda world, thing: {"reason": "本户撤回同意"},
    effect=row("pk"),
)

page_door("save", "wagtailadmin_pages:edit", "post", data=form, effect=row("latest_revision"))
page_door(
    "submit", "wagtailadmin_pages:edit", "post", data=pressing("action-submit"), effect=waiting
)
page_door(
    "publish",
    "wagtailadmin_pages:edit",
    "post",
    data=pressing("action-publish"),
    effect=row("live", "live_revision"),
)
page_door(
    "approve",
    "wagtailadmin_pages:workflow_action",
    "post",
    action_name="approve",
    task_state_id=state,
    data=lambda world, thing: {"comment": "理由"},
    effect=row("live", "live_revision"),
)
page_door(
    "send back",
    "wagtailadmin_pages:workflow_action",
    "post",
    action_name="reject",
    task_state_id=state,
    data=lambda world, thing: {"comment": "请改"},
    effect=waiting,
)
page_door(
    "cancel",
    "wagtailadmin_pages:edit",
    "post",
    data=pressing("action-cancel-workflow"),
    effect=waiting,
)
page_door("unpublish", "wagtailadmin_pages:unpublish", "post", effect=row("live"))
page_door("delete", "wagtailadmin_pages:delete", "post", effect=row("pk"))
page_door(
    "move",
    "wagtailadmin_pages:move_confirm",
    "post",
    argument="page_to_move_id",
    destination_id=elsewhere,
    effect=row("path"),
)
page_door(
    "position",
    "wagtailadmin_pages:set_page_position",
    "post",
    argument="page_to_move_id",
    query="?position=0",
    effect=row("path"),
)
page_door(
    "copy",
    "wagtailadmin_pages:copy",
    "post",
    data=lambda world, thing: {
        "new_title": "副本",
        "new_slug": "fuben",
        "new_parent_page": elsewhere(world, thing),
    },
    effect=lambda world, thing: Page.objects.count(),
)
page_door("lock", "wagtailadmin_pages:lock", "post", effect=row("locked"))
page_door("unlock", "wagtailadmin_pages:unlock", "post", effect=row("locked"))
page_door(
    "unschedule",
    "wagtailadmin_pages:revisions_unschedule",
    "post",
    revision_id=revision,
)
page_door(
    "set privacy",
    "wagtailadmin_pages:set_privacy",
    "post",
    data=lambda world, thing: {"restriction_type": "login"},
    effect=lambda world, thing: list(
        PageViewRestriction.objects.filter(page=thing.page).values_list("restriction_type")
    ),
)
page_door(
    "API action",
    "wagtailadmin_api:pages:action",
    "post",
    argument="pk",
    action_name="publish",
    data=lambda world, thing: {},
)


def bulk(action, effect, data=None):
    query_door(
        f"bulk {action}",
        "wagtail_bulk_action",
        "?id={pk}",
        "post",
        number=lambda thing: thing.page.pk,
        app_label="wagtailcore",
        model_name="page",
        action=action,
        effect=effect,
        data=data or (lambda world, thing: {"include_descendants": "on"}),
    )


bulk("publish", row("live", "live_revision"))
bulk("unpublish", row("live"))
bulk("delete", row("pk"))
bulk("move", row("path"), lambda world, thing: {"chooser": elsewhere(world, thing)})

list_door("search", "search:search", "?q={ask}", sign=lambda thing: f'href="{thing.page.url}')
list_door("suggestions", "search:suggest", "?q={ask}")
list_door("admin search", "wagtailadmin_pages:search", "?q={ask}")
list_door("admin search rows", "wagtailadmin_pages:search_results", "?q={ask}")
list_door("chooser search", "wagtailadmin_choose_page_search", "?q={ask}")
list_door("chooser", "wagtailadmin_choose_page", "?page_type={type}")
list_door("explorer", "wagtailadmin_explore", parent_page_id=parent)
list_door("shelf", "wagtailadmin_choose_page_child", parent_page_id=parent)
list_door("API pages", "wagtailadmin_api:pages:listing", "?child_of={parent}&limit=20")
list_door("API search", "wagtailadmin_api:pages:listing", "?search={ask}&limit=20")
list_door(
    "pages of the type",
    "wagtailadmin_pages:type_use",
    "?q={ask}",
    content_type_app_name=lambda world, thing: type_name(thing.page)[0],
    content_type_model_name=lambda world, thing: type_name(thing.page)[1],
)
list_door("own work", "wagtailadmin_home")
for name, view in {
    "aging": "aging_pages",
    "history": "site_history",
    "workflow": "workflow",
    "task": "workflow_tasks",
    "locked": "locked_pages",
}.items():
    list_door(f"{name} export", f"wagtailadmin_reports:{view}", "?export=csv")
list_door("aging report", "wagtailadmin_reports:aging_pages")
list_door("history report", "wagtailadmin_reports:site_history")
list_door("workflow report", "wagtailadmin_reports:workflow")
list_door("task report", "wagtailadmin_reports:workflow_tasks")
list_door("types report", "wagtailadmin_reports:page_types_usage")
list_door("locked report", "wagtailadmin_reports:locked_pages")
list_door("personal data report", "safety_report")
list_door("upload desk", "covenants_upload", "?q={ask}")


LISTS = {
    "covenantpage": ("/rules/",),
    "councilpage": ("/rules/",),
    "consultationpage": ("/consultations/",),
    "householdpage": ("/households/",),
    "villagepage": ("/site-map/", "/find/?q=an"),
}


@door(
    "lists",
    "home:rules",
    "home:consultations",
    "home:households",
    "home:site_map",
    "home:find_place",
)
def lists(world, thing):
    return [
        Way(address, word=f'href="{thing.page.url}')
        for address in (
            thing.page.get_parent().url,
            "/",
            *LISTS.get(type_name(thing.page)[1], ()),
        )
    ]
