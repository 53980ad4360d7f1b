"""The county import in the admin: hand over a zip, read the report, start, take back."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Page

from covenants.batch import planning, report
from covenants.importing import find_place
from covenants.kinds import COUNCILS, COVENANT
from covenants.models import ImportBatch, ImportRow
from covenants.rule_files import Refused, open_zip, read_manifest
from safety.publishers import pages_to_publish
from safety.sheets import XLSX
from villages.models import CountyPage

ARCHIVE_LIMIT = 1024 * 1024 * 1024
MANIFEST_LIMIT = 20 * 1024 * 1024
PER_PAGE = 50
REFRESH_SECONDS = 4
DECIDABLE = (ImportRow.DOUBTFUL, ImportRow.LEFT_OUT, ImportRow.READY)
KIND_CHOICES = [("", "—"), (COVENANT, gettext_lazy("村规民约（居民公约）"))] + [
    (kind, gettext_lazy("%s章程") % name) for kind, name in COUNCILS.items()
]


def scopes_of(user):
    """Counties, or the home page, for which a user may import: where they may publish."""
    counties = CountyPage.objects.all()
    top = Page.objects.filter(depth=2)
    return Page.objects.filter(pk__in=pages_to_publish(user).values("pk")).filter(
        pk__in=[*counties.values_list("pk", flat=True), *top.values_list("pk", flat=True)]
    )


def may_import(user) -> bool:
    return user.is_active and scopes_of(user).exists()


class BatchForm(forms.Form):
    """A zip of files, for which places, and whether they are published at once."""

    scope = forms.ModelChoiceField(
        Page.objects.none(), label=gettext_lazy("哪个县（市）"), empty_label=None
    )
    archive = forms.FileField(
        label=gettext_lazy("压缩包(.zip)"),
        help_text=gettext_lazy("里面放 .docx、.txt 文件，可以有文件夹。文件夹名最好写乡镇和村名。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )
    manifest = forms.FileField(
        label=gettext_lazy("清单(.csv，可以没有)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv"}),
    )
    publish = forms.BooleanField(
        label=ImportBatch._meta.get_field("publish").verbose_name,
        help_text=ImportBatch._meta.get_field("publish").help_text,
        required=False,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = scopes_of(user).order_by("path")

    def clean_archive(self):
        file = self.cleaned_data["archive"]
        if file.size > ARCHIVE_LIMIT:
            raise ValidationError(_("压缩包超过 1 GB，请按乡镇分开。"))
        try:
            open_zip(file, file.name)
        except Refused as error:
            raise ValidationError(str(error)) from error
        file.seek(0)
        return file

    def clean_manifest(self):
        file = self.cleaned_data.get("manifest")
        if not file:
            return ""
        if file.size > MANIFEST_LIMIT:
            raise ValidationError(_("清单太大了。"))
        content = file.read()
        try:
            read_manifest(content)
        except Refused as error:
            raise ValidationError(str(error)) from error
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("gb18030", errors="replace")


@require_http_methods(["GET", "POST"])
def batches(request):
    """Hand over a zip; the batches there are."""
    if not may_import(request.user):
        raise PermissionDenied
    form = BatchForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        batch = ImportBatch(
            scope=data["scope"],
            name=data["archive"].name[-255:],
            manifest=data["manifest"],
            publish=data["publish"],
            created_by=request.user,
        )
        batch.archive.save(f"{batch.pk}.zip", data["archive"], save=False)
        batch.save()
        return redirect("covenants_batch", batch.pk)
    own = ImportBatch.objects.filter(scope__in=scopes_of(request.user).values("pk"))
    context = {
        "form": form,
        "batches": own.select_related("scope", "created_by")[:PER_PAGE],
        "page_title": _("整批导入"),
    }
    return render(request, "covenants/admin/batches.html", context)


def _batch_of(request, batch_id) -> ImportBatch:
    batch = get_object_or_404(ImportBatch.objects.select_related("scope"), pk=batch_id)
    if not scopes_of(request.user).filter(pk=batch.scope_id).exists():
        raise PermissionDenied
    return batch


@require_safe
def batch(request, batch_id):
    """The report: before the run what would become of each file, after it what became of it."""
    found = _batch_of(request, batch_id)
    state = request.GET.get("state", "")
    rows = found.rows.order_by("position", "part")
    if state in dict(ImportRow.STATES):
        rows = rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    numbers = report.counts(found)
    total = sum(number for _state, _name, number in numbers)
    waiting = {ImportRow.LISTED} if found.state == ImportBatch.READING else {ImportRow.READY}
    left = sum(number for one, _name, number in numbers if one in waiting)
    context = {
        "batch": found,
        "counts": numbers,
        "total": total,
        "done": total - left,
        "state": state,
        "page": page,
        "rows": report.shown_rows(page.object_list),
        "kinds": KIND_CHOICES,
        "ready": next((n for one, _name, n in numbers if one == ImportRow.READY), 0),
        "page_title": found.name,
    }
    response = render(request, "covenants/admin/batch.html", context)
    if found.is_working:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_safe
def batch_sheet(request, batch_id):
    """The report as .xlsx."""
    found = _batch_of(request, batch_id)
    response = HttpResponse(report.workbook(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="import-{found.pk.hex[:8]}.xlsx"'
    return response


@require_POST
def batch_start(request, batch_id):
    """From the report to the run."""
    found = _batch_of(request, batch_id)
    ImportBatch.objects.filter(pk=found.pk, state=ImportBatch.PLANNED).update(
        state=ImportBatch.RUNNING, started_at=timezone.now()
    )
    return redirect("covenants_batch", found.pk)


@require_POST
def batch_revoke(request, batch_id):
    """Take the whole batch back; possible for a day after the run."""
    found = _batch_of(request, batch_id)
    if found.is_revocable:
        ImportBatch.objects.filter(pk=found.pk, state=ImportBatch.DONE).update(
            state=ImportBatch.REVOKING, revoked_by=request.user
        )
    return redirect("covenants_batch", found.pk)


@require_POST
def batch_row(request, batch_id, row_id):
    """A person's decision about a doubtful file: where it goes and what it is, or leave it out."""
    found = _batch_of(request, batch_id)
    row = get_object_or_404(found.rows, pk=row_id)
    before = row.state
    if before not in DECIDABLE:
        return redirect("covenants_batch", found.pk)
    if "leave" in request.POST:
        row.state = ImportRow.LEFT_OUT
    else:
        # Reads the file again, which may take a minute: before the transaction.
        _decide(row, found, request.POST)
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=found.pk)
        undecided = locked.state == ImportBatch.PLANNED and locked.rows.filter(
            pk=row.pk, state=before
        )
        if not undecided or not undecided.exists():
            return redirect("covenants_batch", found.pk)
        row.save()
    asked = {name: request.POST.get(name, "") for name in ("state", "p")}
    address = reverse("covenants_batch", args=[found.pk])
    return redirect(f"{address}?{urlencode(asked)}")


def _decide(row, found, posted):
    row.batch = found
    row.kind = posted.get("kind", "")
    if row.kind not in dict(KIND_CHOICES) or not row.kind:
        row.doubts = [_("请选择是哪一种规约。")]
        return
    try:
        place = find_place(posted.get("code", "").strip(), posted.get("group", "").strip())
    except Refused as error:
        row.doubts = [str(error)]
        return
    if not place.path.startswith(found.scope.path):
        row.doubts = [_("这个村不在这次导入的范围里。")]
        return
    row.place = place
    try:
        with planning.opened(found) as archive:
            planning.look_at(row, archive, None, decided=True)
    except (Refused, OSError) as error:
        row.doubts = [str(error)]
