"""Views that are no pages of the tree."""

from django.http import Http404
from django.shortcuts import redirect

from villages.lookup import area_by_code


def by_code(request, code):
    """`/v/<code>/`: the permanent address of a place; former codes lead to the same page."""
    area = area_by_code(code)
    if area is None:
        raise Http404
    return redirect(area.get_url(request))
