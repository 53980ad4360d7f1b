"""The base of pages that residents read or listen to: recordings, languages, explained words."""

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import InlinePanel, MultiFieldPanel
from wagtail.url_routing import RouteResult

from .public import PublicPage

LANGUAGES = "yuyan"
"""Address below a page where its versions in other languages stand (语言): `yuyan/ii/`."""


class ReadingPage(PublicPage):
    """Abstract base of rules, consultation records, households and features.

    `reading_texts()` are the words a recording or translation must agree with; pages whose text
    comes in editions set `has_editions` and are compared by the edition's number instead.
    """

    has_editions = False
    withdrawable = True

    other_forms_panel = MultiFieldPanel(
        [
            InlinePanel("recordings", label=_("录音"), max_num=12),
            InlinePanel("language_versions", label=_("其他语言"), max_num=8),
        ],
        heading=_("录音与其他语言"),
        help_text=_(
            "手机不会念字的，居民听录音。文字改了以后，旧录音、旧译文就不再当作现在的文字。"
            "彝文没有通用的电脑字，请用图片或 PDF，再配录音。"
        ),
        classname="collapsed",
    )

    class Meta:
        abstract = True

    def reading_texts(self) -> list[str]:
        return []

    def texts_known_by(self) -> list[str]:
        """The texts by which a withdrawn page is known when it comes again (`safety`)."""
        return ["\n".join(self.reading_texts())]

    def renderings(self):
        """All recordings and versions in other languages, as this page holds them."""
        return [*self.recordings.all(), *self.language_versions.all()]

    def editions_down(self) -> list[int]:
        """Numbers of the editions whose words were taken from readers, in every form."""
        return []

    @property
    def shown_recordings(self):
        return self.recordings.exclude(edition_number__in=self.editions_down())

    @property
    def shown_languages(self):
        return self.language_versions.exclude(edition_number__in=self.editions_down())

    def reads_from(self, document) -> bool:
        """Whether a recording or a version in another language of this page is in `document`."""
        held = Q(pdf=document) | Q(recording=document)
        return (
            self.shown_recordings.filter(document=document).exists()
            or self.shown_languages.filter(held).exists()
        )

    def save_revision(self, *args, **kwargs):
        for rendering in self.renderings():
            rendering.note_text(self)
        return super().save_revision(*args, **kwargs)

    def language_url(self, version) -> str:
        return f"{self.url}{LANGUAGES}/{version.language.language_code}/"

    def route(self, request, path_components):
        if len(path_components) == 2 and path_components[0] == LANGUAGES and self.live:
            return RouteResult(self, kwargs={"language": path_components[1]})
        return super().route(request, path_components)

    def get_template(self, request, *args, language="", **kwargs):
        if language:
            return "villages/language_page.html"
        return super().get_template(request, *args, **kwargs)

    def get_context(self, request, *args, language="", **kwargs):
        from villages.glossary import PageGlossary
        from villages.terms import current

        context = super().get_context(request, *args, **kwargs)
        if language:
            context["version"] = self._version_in(language)
        else:
            context["glossary"] = PageGlossary(current())
        return context

    def _version_in(self, language):
        found = self.shown_languages.filter(language__language_code=language)
        version = found.select_related("language", "picture", "pdf", "recording").first()
        if version is None:
            raise Http404
        return version
