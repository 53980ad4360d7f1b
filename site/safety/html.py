"""The one place that sanitises HTML: all that is rich passes `clean_html` before it is stored."""

import bleach

TAGS = frozenset(
    "p br b strong i em u s sub sup h2 h3 h4 ul ol li blockquote hr a embed".split()  # noqa: SIM905
)
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})


def _embed_attribute(_tag, name, value):
    """Pictures only; embedded media would make visitors' browsers ask other sites."""
    return value == "image" if name == "embedtype" else name in {"id", "alt", "format"}


# `linktype`, `embedtype`, `id`, `alt` and `format` are Wagtail's stored form of links and pictures.
ATTRIBUTES = {"a": ["href", "linktype", "id"], "embed": _embed_attribute}


def clean_html(html: str) -> str:
    """Return `html` reduced to the allow-list above; text is kept, unknown tags are dropped.

    Never raises on malformed input. Script and style elements lose their tags, and what stood in
    them remains as harmless text.
    """
    if not html:
        return ""
    return bleach.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols=PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
