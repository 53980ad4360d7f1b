"""The admin's screens that belong to nobody's page: snippets, people, settings."""

from django.urls import NoReverseMatch, reverse

from .doors import MISSING, Way, door

SCREENS = (
    "wagtailadmin_home",
    "wagtailadmin_account",
    "wagtailusers_users:index",
    "wagtailusers_users:add",
    "wagtailusers_groups:index",
    "wagtailusers_groups:add",
    "wagtailsites:index",
    "wagtailredirects:index",
    "wagtailredirects:add",
    "wagtailadmin_collections:index",
    "wagtailadmin_collections:add",
    "wagtailadmin_workflows:index",
    "wagtailadmin_workflows:task_index",
    "wagtailadmin_reports:locked_pages",
    "wagtailadmin_reports:workflow",
    "wagtailadmin_reports:workflow_tasks",
    "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:aging_pages",
    "wagtailadmin_reports:page_types_usage",
    "wagtailimages:index",
    "wagtailimages:add",
    "wagtaildocs:index",
    "wagtaildocs:add",
    "safety_report",
    "search_index_status",
    "covenants_upload",
    "covenants_handed_in",
    "covenants_batches",
    "editorial_withdrawals",
    "editorial_recovery",
    "change_of_term_index",
    "change_of_term_template",
    "covenants_go_live",
    "covenants_legacy",
    "covenants_hint_report",
    "covenants_hints_try",
    "editorial_notices",
)


def screen_door(view):
    @door(view, view)
    def way(world, thing):
        return Way(reverse(view), f"{reverse('wagtailadmin_home')}no-such-screen/")


for view in SCREENS:
    screen_door(view)


def snippet_door(name, view, method="get", **more):
    """A view of every snippet's own set of views."""

    @door(f"snippet {name}", f"wagtailsnippets_*:{view}", f"wagtailsnippetchoosers_*:{view}")
    def way(world, thing):
        prefix = "wagtailsnippetchoosers" if view in CHOOSING else "wagtailsnippets"
        label = thing.snippet._meta.label_lower.replace(".", "_")
        given = {"pk": thing.pk} if more.get("number") else {}
        try:
            return Way(
                reverse(f"{prefix}_{label}:{view}", kwargs=given),
                reverse(f"{prefix}_{label}:{view}", kwargs=given and {"pk": MISSING}),
                own=(thing.pk,) if given else (),
            )
        except NoReverseMatch:
            return None


def snippet_row(thing):
    return lambda: thing.snippet.objects.filter(pk=thing.pk).count()


@door("snippet removed", "wagtailsnippets_*:delete")
def removed(world, thing):
    name = f"wagtailsnippets_{thing.snippet._meta.label_lower.replace('.', '_')}:delete"
    return Way(
        reverse(name, args=[thing.pk]),
        reverse(name, args=[MISSING]),
        method="post",
        own=(thing.pk,),
        effect=snippet_row(thing),
    )


@door("snippets removed", "wagtail_bulk_action")
def removed_in_bulk(world, thing):
    meta = thing.snippet._meta
    address = reverse("wagtail_bulk_action", args=[meta.app_label, meta.model_name, "delete"])
    return Way(
        f"{address}?id={thing.pk}",
        f"{address}?id={MISSING}",
        method="post",
        own=(thing.pk,),
        effect=snippet_row(thing),
    )


CHOOSING = {"choose", "chosen"}
for name, numbered in {
    "list": False,
    "add": False,
    "edit": True,
    "delete": True,
    "history": True,
    "usage": True,
    "choose": False,
    "chosen": True,
}.items():
    snippet_door(name, name, number=numbered)
