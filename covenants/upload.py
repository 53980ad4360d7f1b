"""The upload desk: Word file or pasted text, articles to look over, a draft. Views and forms.

Nothing becomes a page before the editor has seen the articles and said so; the original is kept
privately from the first step on.
"""

import hashlib

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from covenants import attaching, filing_rule, withdrawn
from covenants.adoption import summary_fault
from covenants.desk import handing_in, parts, scanning, work
from covenants.desk.board import board
from covenants.desk.views import may_work, number
from covenants.drafting import body_as_text
from covenants.importing import fill, keep_original, new_rule
from covenants.kinds import COVENANT, rule_name
from covenants.models import Edition, RulePage, RuleSource, SourceScan
from covenants.rule_files import RuleFile, too_long
from covenants.stored import undone_on_failure
from covenants.upload_forms import TOO_LONG, AdoptionForm, UploadForm
from covenants.weighing import adoption_of, rule_at
from editorial import acting
from editorial.authorship import credit
from safety.inert import inert
from villages.models import AreaPage, VillagePage
from villages.names import short_name

PAGE_TEXT = "页面文字.txt"


def may_upload(user, area) -> bool:
    """Whether a user may bring rules to a village or group."""
    return may_work(user, area)


def _places_of(user):
    """The places a user may choose without searching: those of a village editor."""
    from wagtail.permissions import policy_registry

    policy = policy_registry.get_by_type(AreaPage)
    allowed = policy.instances_user_has_any_permission_for(user, {"add"})
    return VillagePage.objects.filter(pk__in=allowed.values("pk")).order_by("path")[:2]


def _allowed_area(user, text) -> int | None:
    """The id in a request, if it is that of a place where the user may upload rules."""
    if not text or not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    area = AreaPage.objects.filter(pk=int(text)).first()
    return area.pk if area and may_upload(user, area.specific) else None


@require_http_methods(["GET", "POST"])
def upload(request):
    """Step one: hand in the text."""
    initial = {
        "area": _allowed_area(request.user, request.GET.get("area")),
        "kind": request.GET.get("kind", COVENANT),
    }
    if not initial["area"]:
        own = list(_places_of(request.user))
        initial["area"] = own[0].pk if len(own) == 1 else None
    posted = None
    if request.method == "POST":
        # A place that is not the user's must not even be named by the chooser that shows it again.
        posted = request.POST.copy()
        posted["area"] = _allowed_area(request.user, posted.get("area")) or ""
    unsplit = "hand_in" in request.POST
    form = UploadForm(posted, request.FILES or None, initial=initial, unsplit=unsplit)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        file = data["file"]
        if file:
            file.seek(0)
        with transaction.atomic():
            source = keep_original(
                file.name if file else "粘贴的文字.txt",
                file.read() if file else data["lines"].encode(),
                data["area"],
                data["kind"],
                by=request.user,
                text=data["lines"].replace("\r\n", "\n"),
            )
            number_held = parts.number_in(source.text)
            if number_held > 1:
                source.parts = number_held
                source.save(update_fields=["parts"])
            for name, content, content_type in data["scans"]:
                scanning.keep(source, name, content, content_type)
            if unsplit:
                handing_in.hand_in(source, request.user, data["note"])
        if unsplit:
            messages.success(request, _("文件交好了。镇上分好条以后，请您回来核对确认。"))
            return redirect("covenants_handed_in")
        for warning in data.get("warnings", ()):
            messages.warning(request, warning)
        return redirect("covenants_review_upload", source.pk)
    context = {"form": form, "unfinished": parts.unfinished(request.user)}
    return render(request, "covenants/admin/upload.html", context)


@require_http_methods(["GET", "POST"])
def review(request, source_id):
    """Step two: look over the articles, correct the text, split again, make the draft, submit."""
    source = get_object_or_404(RuleSource.objects.select_related("area"), pk=source_id)
    area = source.area.specific
    if not may_upload(request.user, area):
        raise PermissionDenied
    if source.page_id:
        return redirect("wagtailadmin_pages:edit", source.page_id)
    if source.parts:
        return redirect("covenants_documents", source.pk)
    existing = rule_at(area, source.kind)
    posted = request.POST if request.method == "POST" else None
    error, typed = "", None
    if posted and "text" in posted:
        error, typed = _retyped(source, request.user, posted)
    sheet = work.sheet_of(source)
    parsed = sheet.parsed
    form = AdoptionForm(posted, initial=_known_adoption(source, existing, parsed))
    wants_page = bool(posted) and not error and ("save" in posted or "submit" in posted)
    if wants_page and form.is_valid():
        error = handing_in.obstacle(request.user, source) or _obstacle(
            request.user, source, existing, parsed, form, "submit" in posted
        )
        if not error:
            try:
                told: list[str] = []
                page = hand_over(
                    source,
                    area,
                    parsed,
                    form.cleaned_data,
                    request.user,
                    "submit" in posted,
                    version=source.desk_version,
                    told=told,
                )
            except ValidationError as fault:
                error = " ".join(fault.messages)
            except (work.Stale, work.NotYours) as reason:
                error = str(reason)
            else:
                for note in told:
                    messages.warning(request, note)
                return _done(request, source, page, len(parsed.articles))
    context = board(source, sheet, request.user, number(request.GET.get("unit")) or 0) | {
        "source": source,
        "area": area,
        "kind_name": rule_name(source.kind, community=getattr(area, "is_community", False)),
        "existing": existing,
        "text": sheet.text if typed is None else typed,
        "parsed": parsed,
        "form": form,
        "error": error,
        "text_is_open": typed is not None or "text" in request.GET,
        "dated_by_ledger": _dated_by_ledger(source, existing),
        "foreign": _names_another_place(parsed.title, area),
        "scans": (source.whole or source).scans.all(),
        "documents": 0 if source.part else parts.number_in(sheet.text),
        "may_finish": not handing_in.obstacle(request.user, source),
    }
    return render(request, "covenants/admin/review_upload.html", context)


def _retyped(source, user, posted) -> tuple[str, str | None]:
    """Take the text as typed, and the version it was typed on: (error, the text if not taken).

    The same text as lies on the desk changes nothing but must not be of an older version either.
    """
    text = posted["text"].replace("\r\n", "\n")
    if too_long(text):
        return TOO_LONG, None
    version = number(posted.get("version"))
    same = text.strip("\n") == source.text.strip("\n")
    try:
        if not same:
            work.changed(source, user, version, lambda sheet: sheet.retype(text))
        else:
            work.ask(source, user, version)
    except (work.Stale, work.NotYours) as reason:
        source.refresh_from_db()
        return str(reason), None if same else text
    return "", None


def _known_adoption(source, existing, parsed) -> dict:
    """First values of the form: the page's own when its text is edited, else the text's."""
    if source.name == PAGE_TEXT and existing:
        draft = existing.get_latest_revision_as_object()
        return {name: getattr(draft, name) for name in AdoptionForm._meta.fields}
    found = adoption_of(RuleFile("", b""), parsed)
    if found["adopted_precision"] != Edition.DAY:
        found["adopted_on"] = None
    return found


def _names_another_place(title, area) -> bool:
    """Whether the text's own title does not name the place it was handed in for."""
    return bool(title) and short_name(area.name) not in title


def _obstacle(user, source, page, parsed, form, submit) -> str:
    """Why the draft may not be made, or not be submitted, now; empty when it may."""
    if not parsed.articles:
        return _("还没有分出任何条文。请检查每条前面有没有“第一条”或“一、”。")
    if page and not page.permissions_for_user(user).can_edit():
        return _("这份规约您不能修改。")
    if fault := _busy(user, page) or withdrawn.refusal(source.area.specific, parsed):
        return fault
    if not submit:
        return ""
    latest = page.editions.order_by("-number").first() if page else None
    if not _dated_by_ledger(source, page) and (fault := _date_fault(form, latest)):
        return fault
    if fault := summary_fault(form.cleaned_data["change_summary"], latest):
        form.add_error("change_summary", fault)
    return fault


def _dated_by_ledger(source, page) -> bool:
    """Whether the days of the text come with its vote and filing, still to be recorded."""
    if page:
        return filing_rule.comes_by_ledger(page)
    return filing_rule.begins_a_ledger(source.kind, source.area.path)


def _date_fault(form, latest) -> str:
    if not (form.cleaned_data["adopted_on"] or form.cleaned_data["effective_from"]):
        form.add_error("adopted_on", _("送审前请填写通过日期或施行日期。"))
        return _("还差通过日期。")
    begins = form.cleaned_data["effective_from"] or form.cleaned_data["adopted_on"]
    if latest and begins <= latest.effective_from:
        form.add_error(
            "adopted_on",
            _("应晚于上一版的施行日期 %s。") % latest.effective_from.isoformat(),
        )
        return _("这是新的一版，请填写它自己的通过日期。")
    return ""


def _busy(user, page) -> str:
    """Why nobody may put another text in place of a rule's now; empty where one may."""
    if page and (page.workflow_in_progress or page.permissions_for_user(user).page_locked()):
        return _("这份规约正在审核或已锁定，现在不能换稿。请等审核结束，或先撤回送审。")
    return ""


def hand_over(source, area, parsed, adoption, user, submit, *, version=None, told=None):
    """Make the draft of an uploaded text, and with `submit` start its review; both or neither.

    Pictures are taken out of the original before the transaction that does all else. An existing
    rule gets the text as a new revision. Pressed twice, the second press finds the first one's
    draft. Raises ValidationError where the place cannot take the rule, Stale or
    NotYours where the desk has gone on since `version`. `told` is a list that takes what the user
    should know about the pictures and scans put beside the text.
    """
    with source.file.open("rb") as handle:
        enclosed = attaching.enclosed_in(handle.read(), source.name)
    pictures = attaching.cleaned(enclosed.pictures)
    notes = enclosed.notes()
    with undone_on_failure() as written, transaction.atomic():
        locked = RuleSource.objects.select_for_update().get(pk=source.pk)
        if locked.page_id:
            return Page.objects.get(pk=locked.page_id).specific
        work.ask(locked, user, version)
        handing_in.confirm(locked, user)
        page, attached = _draft_of(locked, area, parsed, adoption, user, pictures, written)
        page = _taken_on(locked, page, user, submit)
    if attached.broken:
        notes.append(attaching.broken_note(attached.broken))
    if told is not None:
        told += notes
    return page


def _taken_on(locked, page, user, submit):
    locked.page_id = page.pk
    locked.save(update_fields=["page"])
    page = page.specific_class.objects.get(pk=page.pk)
    if submit and page.permissions_for_user(user).can_submit_for_moderation():
        state = page.current_workflow_state
        if state and state.status == state.STATUS_NEEDS_CHANGES:
            state.resume(user)
        else:
            page.get_workflow().start(page, user)
    return page


def _draft_of(source, area, parsed, adoption, user, pictures, written):
    values = adoption_of(RuleFile("", b""), parsed) | adoption
    if adoption["adopted_on"]:
        values["adopted_precision"] = Edition.DAY
    summary = values.pop("change_summary")
    existing = rule_at(area, source.kind)
    if fault := _busy(user, existing):
        raise ValidationError(fault)
    if existing:
        page = existing.get_latest_revision_as_object()
        fill(page, parsed, values)
        page.change_summary = summary
        attached = attach_all(page, source, area, user, pictures, written)
    else:
        page = new_rule(area, source.kind, parsed, values)
        page.owner = user
        attached = attach_all(page, source, area, user, pictures, written)
        page.save(update_fields=["owner", "attachments"])
    credit(page.save_revision(user=user, log_action=True), handing_in.writers(source))
    return page, attached


def attach_all(page, source, area, user, pictures, written) -> attaching.Attached:
    """Put the cleaned pictures and the scans of an original beside its draft.

    `written` takes the stored files, to be deleted should the transaction fail.
    """
    done = attaching.attach_pictures(page, pictures, area, user)
    written += done.written
    whole = source.whole or source
    written += attaching.attach_scans(page, whole.scans.all(), area, user).written
    return done


def _done(request, source, page, articles):
    """Tell what became of a text and who has it now, and lead to what comes next."""
    submitted = page.workflow_in_progress
    values = {"title": page.title, "articles": articles}
    if submitted:
        text = _("《%(title)s》已送审，共%(articles)d条。") % values + acting.whose_turn(page)
    else:
        text = _("《%(title)s》已存为草稿，共%(articles)d条。") % values
    if source.whole and any(not part.is_done for part in parts.parts_of(source.whole)):
        messages.success(request, text + _("这个文件里还有没整理的。"))
        return redirect("covenants_documents", source.whole_id)
    if submitted:
        messages.success(request, text + _("结果会显示在这一页。"))
        return redirect("wagtailadmin_home")
    messages.success(request, text + _("请核对后提交审核。"))
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_safe
def edit_as_text(request, page_id):
    """Open a rule's working text on the desk: the way to correct many articles on a phone.

    A text opened before and not yet made a draft is opened again, so that nothing typed is lost.
    """
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RulePage) or not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    text = body_as_text(page.get_latest_revision_as_object())
    digest = hashlib.sha256(text.encode()).hexdigest()
    area = page.get_parent().specific
    known = {"area": area, "kind": page.kind, "uploaded_by": request.user, "sha256": digest}
    source = RuleSource.objects.filter(name=PAGE_TEXT, page=None, **known).first()
    if source is None:
        source = keep_original(
            PAGE_TEXT, text.encode(), area, page.kind, by=request.user, text=text
        )
    desk = reverse("covenants_review_upload", args=[source.pk])
    return redirect(f"{desk}?text=1#source-heading")


@require_safe
def original(request, source_id):
    """The kept original, for those who may edit the place only; always as a download."""
    source = get_object_or_404(RuleSource.objects.select_related("area"), pk=source_id)
    if not may_upload(request.user, source.area.specific):
        raise PermissionDenied
    response = FileResponse(source.file.open("rb"), as_attachment=True, filename=source.name)
    return inert(response, source.name)


@require_safe
def scan(request, scan_id):
    """A scan, for those who may edit the place only. Pictures are shown, a PDF is a download."""
    found = get_object_or_404(SourceScan.objects.select_related("source__area"), pk=scan_id)
    if not may_upload(request.user, found.source.area.specific):
        raise PermissionDenied
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=not found.is_picture,
        filename=found.name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def upload_address(area, kind=COVENANT) -> str:
    return f"{reverse('covenants_upload')}?area={area.pk}&kind={kind}"
