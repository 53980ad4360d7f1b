"""One correction at a time, by plain form or by the desk's script; the list of handed-in files."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenants.desk import handing_in, parts, work
from covenants.desk.board import board
from covenants.desk.edits import Refusal
from covenants.desk.sheet import Sheet
from covenants.desk.units import NOISE, ROLES
from covenants.kinds import KINDS, kind_name, rule_name
from covenants.models import RuleSource
from villages.area_labels import area_labels
from villages.models import GroupPage, VillagePage

STALE, CANNOT = 409, 422


def may_work(user, area) -> bool:
    """Whether a user may bring rules to a village or group, and so work on their desk."""
    if not isinstance(area, VillagePage | GroupPage):
        return False
    return area.permissions_for_user(user).can_add_subpage()


@require_POST
def act(request, source_id):
    """Do one thing on the desk: `do` with `unit` and `version`, and what it needs besides.

    Answers the script with {"html", "version", "text", "unit", "message", "ok"}, a plain form
    with the desk.
    """
    source = get_object_or_404(RuleSource.objects.select_related("area", "worker"), pk=source_id)
    if not may_work(request.user, source.area.specific):
        raise PermissionDenied
    if source.page_id:
        return redirect("wagtailadmin_pages:edit", source.page_id)
    if source.parts:
        # Its documents are counted from its text: that stays as it came.
        return redirect("covenants_documents", source.pk)
    chosen, message, status = number(request.POST.get("unit")) or 0, "", 200
    try:
        chosen = _act(request, source, chosen)
    except Refusal as refusal:
        message, status = str(refusal), CANNOT
    except (work.Stale, work.NotYours) as reason:
        message, status = str(reason), STALE
        source.refresh_from_db()
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return _answer(request, source, chosen, message, status)
    if message:
        messages.error(request, message)
    anchor = f"#unit-{chosen}" if chosen else "#board"
    return redirect(f"{reverse('covenants_review_upload', args=[source.pk])}?unit={chosen}{anchor}")


def number(text) -> int | None:
    """A version or an id as a form sends it, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _act(request, source, chosen) -> int:
    """Do what was asked and return the unit to stand at."""
    do, posted, user = request.POST.get("do", ""), request.POST, request.user
    if do == "take_over":
        work.take_over(source, user)
        return chosen
    if do == "call_split":
        if handing_in.call_split(source, user):
            messages.success(request, _("已交给村里确认。"))
        source.refresh_from_db()
        return chosen
    stands_at = [chosen]

    def change(sheet: Sheet):
        if do == "undo":
            sheet.undo()
        elif do == "redo":
            sheet.redo()
        elif do.startswith("seen:"):
            sheet.look_over(do.removeprefix("seen:")[:80])
        else:
            if do == "join":
                stands_at[0] = _before(sheet, chosen)
            sheet.do(_edit(do, posted, chosen, sheet))

    work.changed(source, user, number(posted.get("version")), change)
    return stands_at[0]


def _edit(do, posted, unit, sheet) -> dict:
    if do == "join":
        return {"do": "join", "unit": unit}
    if do in ("up", "down"):
        return {"do": "move", "unit": unit, "by": -1 if do == "up" else 1}
    if do.startswith("role:") and do[5:] in ROLES:
        return {"do": "role", "unit": unit, "role": do[5:]}
    if do == "write":
        return _typed(posted.get("label", ""), posted.get("text", ""), unit, sheet)
    raise Refusal(_("没有这个操作。"))


def _typed(label, text, number, sheet) -> dict:
    """The smallest edit that makes a unit as typed: another number, a cut, else a rewrite."""
    text = text.replace("\r\n", "\n").strip("\n")
    unit = next((unit for unit in sheet.units if unit.id == number), None)
    if unit and text == unit.text:
        if label.strip() == unit.label:
            raise Refusal(_("文字和编号都没有改。"))
        return {"do": "label", "unit": number, "label": label}
    cut = text.count("\n") == 1 and text.replace("\n", "") == (unit.text if unit else None)
    if cut and label.strip() == unit.label:
        return {"do": "split", "unit": number, "at": text.index("\n")}
    return {"do": "write", "unit": number, "label": label, "text": text}


def _before(sheet, number) -> int:
    """The unit that a join leaves."""
    before = 0
    for unit in sheet.units:
        if unit.id == number:
            break
        before = before if unit.role == NOISE else unit.id
    return before or number


def _answer(request, source, chosen, message, status):
    sheet = work.sheet_of(source)
    context = board(source, sheet, request.user, chosen)
    html = render_to_string("covenants/admin/board.html", context, request=request)
    done = {
        "html": html,
        "version": source.desk_version,
        "text": sheet.text,
        "unit": chosen,
        "message": message,
        "ok": status == 200,
    }
    return JsonResponse(done, status=status)


@require_http_methods(["GET", "POST"])
def documents(request, source_id):
    """The documents of one file: what each becomes, which are done, which nobody has taken."""
    source = get_object_or_404(RuleSource.objects.select_related("area"), pk=source_id)
    area = source.area.specific
    if not may_work(request.user, area):
        raise PermissionDenied
    if source.page_id:
        return redirect("wagtailadmin_pages:edit", source.page_id)
    if source.part:
        return redirect("covenants_review_upload", source.pk)
    if request.method == "POST" and "one" in request.POST:
        if parts.is_one(source):
            return redirect("covenants_review_upload", source.pk)
        messages.error(request, _("已经分开整理了其中一份，不能再当作一份。"))
    elif request.method == "POST":
        number_taken = number(request.POST.get("take")) or 0
        kind = request.POST.get(f"kind-{number_taken}", "")
        if kind not in KINDS:
            messages.error(request, _("请选择这一份是哪一种规约。"))
        elif child := parts.take(source, number_taken, kind, request.user):
            return redirect("covenants_review_upload", child.pk)
    found = parts.parts_of(source)
    community = getattr(area, "is_community", False)
    kinds = [(kind, rule_name(kind, community=community)) for kind in KINDS]
    context = {
        "source": source,
        "area": area,
        "parts": found,
        "kinds": kinds,
        "none_taken": not any(part.taken for part in found),
        "left": sum(not part.is_done for part in found),
        "page_title": _("一个文件里的几份规约"),
    }
    return render(request, "covenants/admin/documents.html", context)


@require_safe
def handed_in(request):
    """Files handed in unsplit: for the township to split, for the village to confirm."""
    sources = list(handing_in.waiting_for(request.user))
    names = area_labels([source.area for source in sources])
    rows = [
        {
            "source": source,
            "place": names.get(source.area_id, ""),
            "kind": kind_name(source.kind),
            "by": work.name_of(source.uploaded_by),
            "worker": work.name_of(source.worker) if source.worker_id else "",
            "split_by": work.name_of(source.split_by) if source.split_by_id else "",
            "for_village": handing_in.acts_for_village(request.user, source),
        }
        for source in sources
    ]
    context = {"rows": rows, "page_title": _("交来的文件")}
    return render(request, "covenants/admin/handed_in.html", context)
