"""The same text in another form: read aloud by a person, or in another language."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Locale, Orderable

from safety.audio import is_recording
from safety.fields import SafeRichTextField


class Rendering(Orderable):
    """What both forms share: which text they give, by whom, compared with it when.

    Of a rule, `edition_number` says which edition. Other pages have no editions: `text_digest`
    notes the text as it was when the file was chosen or the day of comparison last changed.
    Both go with the page's revisions, so that they are reviewed and published with it.
    """

    edition_number = models.PositiveSmallIntegerField(
        _("第几版"), null=True, blank=True, help_text=_("规约必填，如 2：念的、译的是第几版。")
    )
    made_by = models.CharField(_("谁念的、谁译的"), max_length=60, blank=True)
    checked_on = models.DateField(
        _("和文字核对的日期"),
        default=timezone.localdate,
        help_text=_("文字改了、核对后还能用的，把日期改成核对的那天。"),
    )
    text_digest = models.CharField(max_length=120, blank=True, editable=False)

    class Meta(Orderable.Meta):
        abstract = True

    def _compared(self) -> str:
        """What a fresh comparison is known by."""
        raise NotImplementedError

    def note_text(self, page) -> None:
        """Remember the text of `page` if the rendering is new or was compared again."""
        compared = f"{self._compared()}:{self.checked_on}:"
        if not self.text_digest.startswith(compared):
            self.text_digest = compared + digest_of(page)

    def fits(self, page, edition=None) -> bool:
        """Whether it gives the text that readers see: that edition, or the page's present text."""
        if page.has_editions:
            return edition is not None and self.edition_number == edition.number
        return self.text_digest.endswith(f":{digest_of(page)}")


def digest_of(page) -> str:
    return hashlib.sha256("\n".join(page.reading_texts()).encode()).hexdigest()


class Recording(Rendering):
    """A person reading a page's Chinese text, for those whose telephone cannot."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="recordings")
    document = models.ForeignKey(
        "wagtaildocs.Document",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("录音文件"),
        help_text=_("mp3、m4a、ogg 或 wav，不超过20兆。照着文字念，不要加别的话。"),
    )
    speech = models.CharField(
        _("用什么话念"), max_length=20, default="普通话", help_text=_("如：普通话、楚雄话")
    )
    covers = models.CharField(
        _("念的是哪些"), max_length=60, blank=True, help_text=_("如：第一条至第十条；全文的留空。")
    )

    panels = [
        FieldPanel("document"),
        FieldRowPanel([FieldPanel("speech"), FieldPanel("made_by", heading=_("谁念的"))]),
        FieldPanel("covers"),
        FieldRowPanel([FieldPanel("edition_number"), FieldPanel("checked_on")]),
    ]

    class Meta(Rendering.Meta):
        abstract = False
        verbose_name = _("录音")

    def __str__(self):
        return f"{self.speech} {self.covers}".strip()

    def _compared(self):
        return str(self.document_id)

    def clean(self):
        super().clean()
        _check_recording(self, "document")


class LanguageVersion(Rendering):
    """A page in another language; for Yi, whose script here has no code points, as a picture or
    PDF with a recording. The Chinese text is what was adopted."""

    page = ParentalKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="language_versions"
    )
    language = models.ForeignKey(
        Locale, on_delete=models.PROTECT, related_name="+", verbose_name=_("语言")
    )
    title = models.CharField(
        _("标题"), max_length=255, help_text=_("用这种语言写；没有文字的写汉文。")
    )
    text = SafeRichTextField(_("文字"), blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("图片"),
    )
    pdf = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="PDF",
    )
    picture_text = models.TextField(
        _("图片、PDF 上写的是什么"),
        blank=True,
        max_length=2000,
        help_text=_("给看不见图片的人：用汉文写出上面的内容。有图片或 PDF 时必填。"),
    )
    recording = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("录音文件"),
        help_text=_("mp3、m4a、ogg 或 wav，不超过20兆。"),
    )

    panels = [
        FieldPanel("language"),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("picture"),
        FieldPanel("pdf"),
        FieldPanel("picture_text"),
        FieldPanel("recording"),
        FieldPanel("made_by"),
        FieldRowPanel([FieldPanel("edition_number"), FieldPanel("checked_on")]),
    ]

    class Meta(Rendering.Meta):
        abstract = False
        verbose_name = _("其他语言")
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="one_version_per_language")
        ]

    def __str__(self):
        return self.title

    def _compared(self):
        files = [self.picture_id, self.pdf_id, self.recording_id]
        return hashlib.sha256(f"{files}{self.text}".encode()).hexdigest()[:20]

    @property
    def forms(self) -> list[str]:
        """In what it comes, in words: 文字, 图片, PDF, 录音."""
        given = [
            (self.text, _("文字")),
            (self.picture_id, _("图片")),
            (self.pdf_id, "PDF"),
            (self.recording_id, _("录音")),
        ]
        return [str(name) for value, name in given if value]

    def clean(self):
        super().clean()
        if self.language_id and self.language_id == Locale.get_default().pk:
            raise ValidationError({"language": _("汉文就是正文，这里选别的语言。")})
        if not self.forms:
            raise ValidationError(_("请写文字，或者选图片、PDF、录音。"))
        if (self.picture_id or self.pdf_id) and not self.picture_text.strip():
            raise ValidationError({"picture_text": _("请写出图片或 PDF 上的内容。")})
        if self.pdf_id and not self.pdf.filename.lower().endswith(".pdf"):
            raise ValidationError({"pdf": _("请选一个 PDF 文件。")})
        _check_recording(self, "recording")


def _check_recording(row, name):
    if getattr(row, f"{name}_id") and not is_recording(getattr(row, name).filename):
        raise ValidationError({name: _("请选录音文件：mp3、m4a、ogg 或 wav。")})
