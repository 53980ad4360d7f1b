"""The one place that sanitises HTML. Everything rich that is stored or shown passes `clean_html`."""

import re

import bleach

TAGS = frozenset("p br b strong i em u s sub sup h2 h3 h4 ul ol li blockquote hr a embed".split())
ATTRIBUTES = {
    # `linktype`, `embedtype`, `id`, `alt`, `format` are Wagtail's stored form of links and pictures.
    "a": ["href", "linktype", "id"],
    "embed": ["embedtype", "id", "alt", "format"],
}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})
_EMBED_TYPES = re.compile(r'embedtype="(?!image")[^"]*"')


def clean_html(html: str) -> str:
    """Return `html` reduced to the allow-list above; text is kept, unknown tags are dropped.

    Never raises on malformed input. Script and style elements lose their tags, and what stood in
    them remains as harmless text.
    """
    if not html:
        return ""
    cleaned = bleach.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols=PROTOCOLS,
        strip=True,
        strip_comments=True,
    )
    return _EMBED_TYPES.sub("", cleaned)
