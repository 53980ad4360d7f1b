"""Every address of the site, as the urlconf has it."""

from django.urls import URLPattern, get_resolver


def patterns():
    """{name of a view, with its namespaces, or its address where it has no name}."""
    return set(_walk(get_resolver(), (), ""))


def _walk(resolver, namespaces, above):
    for entry in resolver.url_patterns:
        address = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join([*namespaces, entry.name]) if entry.name else address
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, inner, address)
