"""Addresses of the search page and of what it asks for while somebody types."""

from django.urls import path

from search.views import search, suggest

app_name = "search"
urlpatterns = [
    path("", search, name="search"),
    path("suggest", suggest, name="suggest"),
]
