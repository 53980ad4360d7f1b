"""The admin screens of the hints' rules, for county and prefecture; trying them on a text."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from covenants.hint_book import book_for, fault_of, rule_of
from covenants.hint_reading import Clause, clauses_of, read
from covenants.hints import Hint
from covenants.kinds import COVENANT
from covenants.legality import BookFault, Rule
from covenants.models import HintRule, HintWords
from covenants.parsing import parse_text
from editorial.review import holds_review_right
from safety.publishers import pages_to_publish
from villages.models import CountyPage

LONGEST_TRIED = 20_000
_FAULTS = {
    "empty_group": gettext_lazy("第%(line)d行有一组没有词：%(word)s"),
    "too_many_lines": gettext_lazy("写法太多，最多四十行。"),
    "too_many_groups": gettext_lazy("第%(line)d行的组太多，最多四组。"),
    "too_many_words": gettext_lazy("第%(line)d行有一组词太多，请分成两行。"),
    "long_word": gettext_lazy("“%(word)s”太长，一个词最多二十四个字。词之间请用顿号隔开。"),
    "far": gettext_lazy("第%(line)d行隔得太远（%(word)s），最多六十个字。"),
    "unknown_list": gettext_lazy("没有“%(word)s”里写的用词表。"),
    "stray_bracket": gettext_lazy("“%(word)s”里的【】没有写全。"),
}


def scopes_of(user):
    """Counties whose rules a user may change, and whether also those of the whole prefecture."""
    counties = CountyPage.objects.filter(pk__in=pages_to_publish(user).values("pk"))
    return counties, may_change(user, None)


def may_change(user, county) -> bool:
    """Whether `user` may change the rules of a county, or (None) of the whole prefecture."""
    body = county or Page.objects.filter(depth=2).first()
    return bool(body) and holds_review_right(user, body)


def may_see(user) -> bool:
    """Whether `user` may see the rules and try them: who may change any."""
    if not (user.is_authenticated and user.is_active):
        return False
    counties, whole = scopes_of(user)
    return whole or counties.exists()


class RulesPolicy(ModelPermissionPolicy):
    """Who publishes for a county keeps its rules, who does for the prefecture all of them."""

    def user_has_permission(self, user, action):
        return may_see(user)

    def user_has_any_permission(self, user, actions):
        return may_see(user)

    def user_has_permission_for_instance(self, user, action, instance):
        return may_see(user) and may_change(user, instance.county)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.user_has_permission_for_instance(user, "change", instance)


class WordsPolicy(RulesPolicy):
    """The lists hold for all; only the prefecture changes them, and none is added or deleted."""

    def user_has_permission(self, user, action):
        return action in ("change", "view") and user.is_active and may_change(user, None)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)


class HintRuleForm(WagtailAdminModelForm):
    """Says which line of a rule cannot be used, before anybody relies on it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        counties, self.whole = scopes_of(self.for_user)
        self.fields["county"].queryset = counties
        self.fields["county"].required = not self.whole
        self.fields["replaces"].queryset = HintRule.objects.filter(county=None)

    def clean(self):
        cleaned = super().clean()
        fields = {name: cleaned.get(name) or "" for name in _WORD_FIELDS}
        lists = dict(HintWords.objects.values_list("name", "words"))
        if found := fault_of(Rule("this", "", "grey", **fields), lists):
            self.add_error(found.field, ValidationError(_told(found)))
        return cleaned


class HintWordsForm(WagtailAdminModelForm):
    """Takes no words with which a rule that names the list could no longer be used."""

    def clean(self):
        cleaned = super().clean()
        before = dict(HintWords.objects.values_list("name", "words"))
        after = before | {self.instance.name: cleaned.get("words") or ""}
        rows = HintRule.objects.select_related("replaces").prefetch_related("grounds")
        for rule in map(rule_of, rows):
            found = fault_of(rule, after)
            if found and not fault_of(rule, before):
                message = _("改成这样，规则“%(rule)s”就用不了：%(fault)s")
                values = {"rule": rule.name, "fault": _told(found)}
                self.add_error("words", ValidationError(message % values))
                break
        return cleaned


def _told(found: BookFault) -> str:
    return _FAULTS[found.fault.code] % {"line": found.fault.line, "word": found.fault.word}


_WORD_FIELDS = ("patterns", "ignored", "unless", "dropped_by", "lowered_by")
HintRule.base_form_class = HintRuleForm
HintWords.base_form_class = HintWordsForm


class HintRuleViewSet(SnippetViewSet):
    model = HintRule
    icon = "warning"
    menu_label = gettext_lazy("提示规则")
    list_display = ["name", "level", "county", "active"]
    list_filter = ["level", "active"]
    search_fields = ["name", "patterns"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("level"), FieldPanel("active")]),
        FieldRowPanel([FieldPanel("county"), FieldPanel("replaces")]),
        MultiFieldPanel(
            [FieldPanel("patterns"), FieldPanel("ignored"), FieldPanel("unless")],
            heading=gettext_lazy("找什么"),
        ),
        MultiFieldPanel(
            [FieldPanel("dropped_by"), FieldPanel("lowered_by")],
            heading=gettext_lazy("什么时候不算、降为灰"),
        ),
        FieldPanel("explanation"),
        FieldPanel("suggestion"),
        InlinePanel("grounds", heading=gettext_lazy("依据"), label=gettext_lazy("依据")),
        FieldPanel("order"),
    ]

    def get_queryset(self, request):
        """The prefecture's, and those of the counties one keeps."""
        counties, _whole = scopes_of(request.user)
        own = HintRule.objects.filter(county__in=counties.order_by().values("pk"))
        return (HintRule.objects.filter(county=None) | own).select_related("county")


class HintWordsViewSet(SnippetViewSet):
    model = HintWords
    icon = "list-ul"
    menu_label = gettext_lazy("用词表")
    list_display = ["name", "words"]
    copy_view_enabled = False
    panels = [FieldPanel("name", read_only=True), FieldPanel("words")]


class TryMenuItem(MenuItem):
    """Shown to those who may change rules."""

    def is_shown(self, request):
        return may_see(request.user)


class HintRulesGroup(SnippetViewSetGroup):
    items = [HintRuleViewSet, HintWordsViewSet]
    menu_icon = "warning"
    menu_label = gettext_lazy("合法性规则")
    menu_order = 311

    def get_submenu_items(self):
        address = reverse("covenants_hints_try")
        entry = TryMenuItem(_("试一试"), address, name="hints-try", icon_name="glasses", order=99)
        return [*super().get_submenu_items(), entry]


register_permission_policy(HintRule, RulesPolicy(HintRule))
register_permission_policy(HintWords, WordsPolicy(HintWords))


class TryForm(forms.Form):
    """A text to read with the rules of a county."""

    county = forms.ModelChoiceField(
        CountyPage.objects.none(),
        label=gettext_lazy("用哪个县（市）的规则"),
        required=False,
        empty_label=gettext_lazy("全州的规则"),
    )
    text = forms.CharField(
        label=gettext_lazy("一段条文"),
        max_length=LONGEST_TRIED,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("可以贴一条，也可以贴整份。不会保存。"),
    )


@require_http_methods(["GET", "POST"])
def try_rules(request):
    """What the rules say of a text somebody pastes; stores nothing."""
    if not may_see(request.user):
        raise PermissionDenied
    form = TryForm(request.POST or None)
    form.fields["county"].queryset = scopes_of(request.user)[0]
    context = {"form": form, "page_title": _("试一试合法性规则")}
    if request.method == "POST" and form.is_valid():
        county = form.cleaned_data["county"]
        book = book_for(county.path if county else "")
        context |= {"hints": _tried(form.cleaned_data["text"], book), "version": book.version}
    return render(request, "covenants/admin/try_hints.html", context)


def _tried(text: str, book) -> list[Hint]:
    parsed = parse_text(text)
    rows = [{"stable_id": None, **article.as_dict()} for article in parsed.articles]
    clauses = clauses_of(rows, parsed.preamble, parsed.closing)
    if not rows:
        clauses = [Clause(None, "", text)]
    today, made = timezone.localdate(), []
    for found in read(clauses, parsed.adopted.body, COVENANT, book=book):
        rule = book.by_key[found.rule]
        ground = rule.ground_on(today)
        made.append(Hint(found.clause, rule, found.level, found.hits, found.match, ground))
    return made
