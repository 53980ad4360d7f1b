"""What holds at a place itself and is found by search there; the apps above add their own."""

_registered = []


def register_passages(function):
    """Add passages to places: `function(areas)` -> {area pk: [(label, text, anchor)]}.

    Called with all places of a batch; in a fixed number of queries.
    """
    if function not in _registered:
        _registered.append(function)


def passages_of(areas) -> dict[int, list[tuple[str, str, str]]]:
    """{pk: [(label, text, anchor)]} of some places, in the order the apps registered."""
    found: dict[int, list] = {}
    for function in _registered:
        for pk, passages in function(areas).items():
            found.setdefault(pk, []).extend(passages)
    return found
