"""The report on texts in force that carry hits nobody answered, by rule and by township.

Counts and lists in a fixed number of queries, however many villages there are. Grey hits are no
part of it.
"""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from covenants.hint_book import Library
from covenants.hint_reading import due
from covenants.legality import AMBER, RED
from covenants.models import Hint, HintAnswer, HintRule
from safety import sheets
from safety.publishers import pages_to_publish, publishes_somewhere
from villages.area_labels import area_labels
from villages.models import AreaPage
from villages.models.public import STEP, TOWNSHIP
from villages.places import path_range

ROWS, CHUNK = 50, 500
_WIDTHS = (34, 34, 10, 8, 18, 50, 40)
OUTDATED = "outdated"
HEADS = (
    gettext_lazy("地方"),
    gettext_lazy("规约"),
    gettext_lazy("条"),
    gettext_lazy("级别"),
    gettext_lazy("规则"),
    gettext_lazy("原话"),
    gettext_lazy("请改写"),
)


class FilterForm(forms.Form):
    """Which hits: of one rule, of one level, below one township (its tree path)."""

    rule = forms.ChoiceField(required=False, label=gettext_lazy("规则"))
    level = forms.ChoiceField(
        required=False,
        label=gettext_lazy("级别"),
        choices=[
            ("", gettext_lazy("红和黄")),
            (RED, gettext_lazy("红")),
            (AMBER, gettext_lazy("黄")),
        ],
    )
    place = forms.ChoiceField(required=False, label=gettext_lazy("乡镇"))


def open_in_force(user):
    """Hits without a closing answer in the editions in force today that a user may review."""
    today = timezone.localdate()
    pages = pages_to_publish(user)
    in_force = Q(edition__effective_from__lte=today) & (
        Q(edition__ended_on=None) | Q(edition__ended_on__gt=today)
    )
    return Hint.objects.filter(
        in_force,
        Q(answer=None) | ~Q(answer__kind__in=HintAnswer.CLOSING),
        level__in=(RED, AMBER),
        edition__page__in=pages.filter(live=True).values("pk"),
    ).order_by()


def by_rule(hits) -> list[dict]:
    """[{"rule","level","texts","hits"}], the gravest and most frequent first."""
    rows = hits.values("rule", "level").annotate(
        texts=Count("edition", distinct=True), hits=Count("pk")
    )
    return sorted(rows, key=lambda row: (row["level"] != RED, -row["texts"], row["rule"]))


def by_township(hits) -> list[dict]:
    """[{"path","name","texts","outdated"}] in the order of places; two queries."""
    rows = list(
        hits.annotate(town=Substr("edition__page__path", 1, TOWNSHIP))
        .values("town")
        .annotate(
            texts=Count("edition", distinct=True),
            outdated=Count("edition", distinct=True, filter=Q(rule=OUTDATED)),
        )
    )
    wanted = {row["town"][:end] for row in rows for end in (-STEP, TOWNSHIP)}
    names = dict(AreaPage.objects.filter(path__in=wanted).values_list("path", "title"))
    made = [
        {
            "path": row["town"],
            "name": " · ".join(filter(None, map(names.get, (row["town"][:-STEP], row["town"])))),
            "texts": row["texts"],
            "outdated": row["outdated"],
        }
        for row in rows
    ]
    return sorted(made, key=lambda row: row["path"])


def rows_of(hits, names: dict[str, str]) -> list[dict]:
    """What the page and the sheet show of hits: {"hit","page","place","rule"}; three queries."""
    hits = list(hits.select_related("edition__page", "answer"))
    places = area_labels([hit.edition.page for hit in hits])
    return [
        {
            "hit": hit,
            "page": hit.edition.page,
            "place": places.get(hit.edition.page_id, ""),
            "rule": names.get(hit.rule, hit.rule),
        }
        for hit in hits
    ]


@require_safe
def report(request):
    """The report; `?format=xlsx` and `?format=csv` give what is filtered as a file."""
    if not publishes_somewhere(request.user):
        raise PermissionDenied
    # A county's row that stands in for the prefecture's is known by that one's key.
    names = dict(HintRule.objects.filter(replaces=None).values_list("key", "name"))
    hits = open_in_force(request.user)
    rules, towns = by_rule(hits), by_township(hits)
    form = FilterForm(request.GET or None)
    form.fields["rule"].choices = [("", _("全部")), *((k, names.get(k, k)) for k in _keys(rules))]
    form.fields["place"].choices = [("", _("全部")), *((t["path"], t["name"]) for t in towns)]
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    chosen = _filtered(hits, asked).order_by("edition__page__path", "pk")
    kind = request.GET.get("format")
    if kind == "xlsx":
        made = sheets.workbook(_("合法性提示"), _WIDTHS, _table(chosen, names))
        return _attached(HttpResponse(made, content_type=sheets.XLSX), "xlsx")
    if kind == "csv":
        lines = sheets.csv_lines(_table(chosen, names))
        return _attached(StreamingHttpResponse(lines, content_type=sheets.CSV), "csv")
    page = Paginator(chosen, ROWS).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    for row in rules:
        row["name"] = names.get(row["rule"], row["rule"])
    context = {
        "form": form,
        "rules": rules,
        "towns": towns,
        "page_obj": page,
        "rows": rows_of(page.object_list, names),
        "query": query.urlencode(),
        "waiting": due(Library()).count(),
        "page_title": _("合法性提示"),
    }
    return render(request, "covenants/admin/hint_report.html", context)


def _keys(rules) -> list[str]:
    return list(dict.fromkeys(row["rule"] for row in rules))


def _filtered(hits, asked):
    if asked.get("rule"):
        hits = hits.filter(rule=asked["rule"])
    if asked.get("level"):
        hits = hits.filter(level=asked["level"])
    if asked.get("place"):
        hits = hits.filter(edition__page__path__range=path_range(asked["place"]))
    return hits


def _attached(response, suffix):
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="legality-{day}.{suffix}"'
    return response


def _table(hits, names) -> Iterator[list[str]]:
    """The heading and rows of text, a chunk of hits at a time."""
    yield [str(head) for head in HEADS]
    keys = list(hits.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = Hint.objects.filter(pk__in=keys[start : start + CHUNK])
        for row in rows_of(chunk.order_by("edition__page__path", "pk"), names):
            hit, asked = row["hit"], row["hit"].answer
            level = hit.get_level_display()
            texts = [row["place"], row["page"].title, hit.label, level, row["rule"], hit.match]
            yield [*map(str, texts), asked.reason if asked else ""]
