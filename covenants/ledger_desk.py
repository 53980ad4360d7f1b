"""The screen on which a rule's procedure is recorded, one stage open at a time.

Views gather, ask and show; the steps and who may take them stand in `covenants.ledger`.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from covenants import ledger
from covenants.filing_rule import go_live_of
from covenants.kinds import COVENANT
from covenants.ledger_forms import FORMS, NoteForm
from covenants.ledger_state import LedgerState, state_of
from covenants.ledger_timeline import timeline
from covenants.ledger_words import STAGE_NAMES, faults, finding_words
from covenants.models import Opinion, Procedure, RulePage
from covenants.procedure import terms
from covenants.procedure.figures import BLOCKS

SHOWN_LETTERS = 200
_FILE_FIELDS = {terms.REVIEW: "file", terms.VOTE: "minutes"}


def _rule(page_id) -> RulePage:
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RulePage):
        raise PermissionDenied
    return page


def _procedure(page, request) -> Procedure | None:
    """The one that `?of=` names (an edition's, by its number), else the running one."""
    rows = Procedure.objects.with_ledger().filter(page_id=page.pk)
    number = request.GET.get("of", "")
    if number.isdecimal() and len(number) < 5:
        return rows.filter(edition__number=number).first()
    return rows.running().first()


@require_http_methods(["GET", "POST"])
def desk(request, page_id):
    """What is recorded, the stage to fill in now, and what else can be done."""
    page = _rule(page_id)
    if not ledger.may_open(request.user, page):
        raise PermissionDenied
    procedure = _procedure(page, request)
    bound = {}
    if request.method == "POST":
        done, bound = _act(request, page, procedure)
        if done:
            messages.success(request, done)
            return redirect(_address(page, request))
        procedure = _procedure(page, request)
    return render(
        request, "covenants/admin/procedure.html", _context(request, page, procedure, bound)
    )


def _address(page, request) -> str:
    number = request.GET.get("of", "")
    query = f"?of={number}" if number.isdecimal() else ""
    return f"{reverse('covenants_procedure', args=[page.pk])}{query}"


def _act(request, page, procedure) -> tuple[str, dict]:
    """(a sentence on what was done or empty, {stage: bound form with its faults})."""
    action, user, posted = request.POST.get("action", ""), request.user, request.POST
    seen = posted.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
    try:
        if action in ("start", "repeal"):
            kind = terms.REPEALING if action == "repeal" else ledger.kind_of_next(page)
            ledger.start(page, kind, by=user)
            return _("程序已经开始，请从第一步登记。"), {}
        if action == "legacy":
            ledger.declare_legacy(page, by=user)
            return _("已认定为历史存量。填好通过日期后发布，公开页会注明程序资料不全。"), {}
        if action == "override":
            ledger.override(page, posted.get("note", ""), by=user)
            return _("已放行并记入日志，理由会公布。"), {}
        if action == "papers":
            edition = page.editions.filter(number=posted.get("of") or 0).first()
            if edition is None:
                raise Http404
            ledger.papers_of(edition, by=user)
            return _("请把这一版的程序资料补上。"), {}
        if procedure is None:
            return "", {}
        if action == "confirm":
            note = posted.get("note", "")
            ledger.confirm_figures(procedure, by=user, version=version, reason=note)
            return _("已确认表决的人数。"), {}
        if action == "stop":
            ledger.give_up(procedure, posted.get("note", ""), by=user, version=version)
            return _("已停办，登记过的还留着。"), {}
        if action == "answered":
            return _answered(page, procedure, request), {}
        if action in FORMS:
            return _record(request, page, procedure, action, version)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return "", {}


def _record(request, page, procedure, stage, version) -> tuple[str, dict]:
    form = FORMS[stage](request.POST, request.FILES, prefix=stage)
    if not form.is_valid():
        return "", {stage: form}
    try:
        ledger.record(procedure, stage, form.values, by=request.user, version=version)
    except ValidationError as fault:
        found = getattr(fault, "error_dict", None)
        if found is None:
            messages.error(request, " ".join(fault.messages))
        for field, told in (found or {}).items():
            form.add_error(field if field in form.fields else None, told)
        return "", {stage: form}
    return _("“%s”已登记。") % STAGE_NAMES[stage], {}


def _answered(page, procedure, request) -> str:
    """Tick the letters that the published answers deal with."""
    if not ledger.may_record(request.user, page, terms.BY_VILLAGE):
        raise PermissionDenied
    chosen = [pk for pk in request.POST.getlist("letter") if pk.isdecimal() and len(pk) < 19]
    letters = Opinion.objects.filter(procedure=procedure, stage=request.POST.get("stage", ""))
    letters.update(answered=False)
    letters.filter(pk__in=chosen).update(answered=True)
    return _("已记下哪些意见答复过。")


def _context(request, page, procedure, bound) -> dict:
    user = request.user
    context = {
        "page": page,
        "procedure": procedure,
        "go_live": go_live_of(page) if page.kind == COVENANT else None,
        "may_start": ledger.may_start(user, page),
        "may_declare": ledger.may_declare_legacy(user, page),
        "may_override": ledger.may_override(user),
        "kind": dict(Procedure._meta.get_field("kind").choices)[ledger.kind_of_next(page)],
        "in_force": page.edition_in_force,
        "legacy": [edition for edition in page.editions.order_by("-number") if edition.is_legacy],
    }
    if procedure is None:
        return context
    state = state_of(page, procedure)
    told = {row["stage"]: row for row in timeline(procedure)}
    rows = _stage_rows(user, page, state, told, bound)
    letters = list(Opinion.objects.filter(procedure=procedure)[:SHOWN_LETTERS])
    for row in rows:
        row["letters"] = [letter for letter in letters if letter.stage == row["stage"]]
    return context | {
        "state": state,
        "rows": rows,
        "faults": faults(state) if procedure.entries else [],
        "findings": [(f.weight == BLOCKS, finding_words(f)) for f in state.findings],
        "may_confirm": state.to_confirm
        and ledger.may_confirm(user, page, procedure.entry(terms.VOTE)),
        "shortfalls": [finding_words(f) for f in state.shortfalls],
        "reason_max": ledger.CONFIRM_REASON_MAX,
        "typed_reason": request.POST.get("note", ""),
        "stop_form": NoteForm(),
        "can_write": ledger.can_write(procedure),
    }


def _stage_rows(user, page, state: LedgerState, told, bound) -> list[dict]:
    """[{"stage","name","required","done","told","form","open","file"}] in order.

    `form` only for whom the stage is; `open` is the one with faults, else the one to fill in now.
    """
    procedure, rows = state.procedure, []
    may = {s.stage: ledger.may_record_stage(user, procedure, page, s) for s in state.steps}
    open_now = next(iter(bound), "") or state.current
    writable = ledger.can_write(procedure)
    for number, step in enumerate(state.steps, start=1):
        entry = procedure.entry(step.stage)
        form = bound.get(step.stage)
        if form is None and writable and may[step.stage]:
            form = FORMS[step.stage](
                instance=entry, initial=_initial(page, step, procedure), prefix=step.stage
            )
        scan = getattr(entry, _FILE_FIELDS.get(step.stage, ""), None) if entry else None
        rows.append(
            {
                "number": number,
                "stage": step.stage,
                "name": STAGE_NAMES[step.stage],
                "required": step.required,
                "done": state.done.get(step.stage),
                "recorded": entry is not None,
                "told": told.get(step.stage),
                "form": form,
                "open": step.stage == open_now,
                "file": bool(scan),
                "by": step.recorded_by,
                "opinion": getattr(entry, "opinion", ""),
            }
        )
    return rows


def _initial(page, step, procedure) -> dict:
    """What can be known beforehand of a stage not yet recorded."""
    if procedure.entry(step.stage) is not None:
        return {}
    village = page.village.name if page.village else ""
    if step.stage in (terms.DRAFT, terms.BACKING):
        return {"by": village}
    return {}


@require_safe
def scan(request, procedure_id, stage):
    """A scan kept with a stage, for those who may open the ledger only; always a download."""
    procedure = get_object_or_404(Procedure.objects.with_ledger(), pk=procedure_id)
    page = procedure.page.specific
    if not ledger.may_open(request.user, page):
        raise PermissionDenied
    entry = procedure.entry(stage) if stage in _FILE_FIELDS else None
    file = getattr(entry, _FILE_FIELDS[stage]) if entry else None
    if not file:
        raise Http404
    response = FileResponse(file.open("rb"), as_attachment=True, filename=file.name.split("/")[-1])
    response["Cache-Control"] = "private, no-store"
    return response
