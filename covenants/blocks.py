"""The working text of a rule as StreamField blocks: chapters → articles → items → sub-items."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ListBlock, StreamBlock, StructBlock, TextBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock


def _label(help_text):
    return CharBlock(label=_("编号"), required=False, max_length=20, help_text=help_text)


class SubItemBlock(StructBlock):
    """1. below （一）."""

    label = _label(_("如 1."))
    text = TextBlock(label=_("内容"), rows=1)

    class Meta:
        icon = "list-ul"
        label = _("目")
        label_format = "{label} {text}"


class ItemBlock(StructBlock):
    """（一） below an article."""

    label = _label(_("如 （一）"))
    text = TextBlock(label=_("内容"), rows=1, required=False)
    items = ListBlock(SubItemBlock(), label=_("目"), default=[], min_num=0)

    class Meta:
        icon = "list-ol"
        label = _("项")
        label_format = "{label} {text}"


class ArticleBlock(StructBlock):
    """One article; its ListBlock id is the stable id that editions carry on."""

    label = _label(_("如 第十二条；留空则保存时自动编号"))
    inserted = BooleanBlock(
        label=_("插入条"),
        required=False,
        help_text=_("编为上一条的“之一”“之二”，后面各条不改号。"),
    )
    text = TextBlock(label=_("条文"), rows=2, required=False)
    items = ListBlock(ItemBlock(), label=_("项"), default=[], min_num=0)

    class Meta:
        icon = "doc-full"
        label = _("条")
        label_format = "{label} {text}"


class ChapterBlock(StructBlock):
    """A chapter; label and title stay empty for texts without chapters."""

    label = _label(_("如 第一章；没有章的留空"))
    title = CharBlock(label=_("章名"), required=False, max_length=60)
    # Closed at first: on a phone a covenant's fields would be a hundred screens long.
    articles = ListBlock(ArticleBlock(), label=_("条"), collapsed=True)

    class Meta:
        icon = "title"
        label = _("章")
        label_format = "{label} {title}"
        template = "covenants/blocks/chapter.html"
        preview_template = "covenants/blocks/chapter_preview.html"
        description = _("一章，含若干条。没有章的文本放在一个不填章名的章里。")

    def get_preview_value(self):
        return self.normalize(
            {
                "label": "第一章",
                "title": "红白喜事",
                "articles": [
                    {
                        "label": "第一条",
                        "text": "办客从简，提倡：",
                        "items": [
                            {"label": "（一）", "text": "红事不超过十五桌；"},
                            {"label": "（二）", "text": "礼金不超过一百元。"},
                        ],
                    }
                ],
            }
        )


class RuleBody(StreamBlock):
    """A rule's chapters in order."""

    chapter = ChapterBlock()


class AttachmentBlock(StructBlock):
    """A document that belongs to the text (a scan, a table)."""

    title = CharBlock(label=_("名称"), max_length=80)
    document = DocumentChooserBlock(label=_("文件"))

    class Meta:
        icon = "doc-full-inverse"
        label = _("附件")


class Attachments(StreamBlock):
    """Attachments in order."""

    attachment = AttachmentBlock()


def _public(default):
    return BooleanBlock(
        label=_("给居民看"),
        required=False,
        default=default,
        help_text=_("不勾选就不公开。看清上面没有签名、手印、电话这些个人信息，再勾选。"),
    )


class RuleDocumentBlock(AttachmentBlock):
    """A document of a rule; shown to readers where `public`. One chosen by hand is, unless told."""

    public = _public(True)


class RulePictureBlock(StructBlock):
    """A picture that belongs to the text; shown to readers only where `public`."""

    alt = CharBlock(label=_("图上是什么"), max_length=80)
    picture = ImageChooserBlock(label=_("图片"))
    public = _public(False)

    class Meta:
        icon = "image"
        label = _("图片")
        label_format = "{alt}"


class RuleAttachments(StreamBlock):
    """A rule's attachments in order; what was taken from a file stays hidden until it is ticked."""

    attachment = RuleDocumentBlock()
    picture = RulePictureBlock()
