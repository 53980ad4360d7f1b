"""Addresses of the privacy page and of the form for requests."""

from django.urls import path

from . import views

app_name = "safety"
urlpatterns = [
    path("", views.privacy, name="privacy"),
    path("request/", views.removal_request, name="removal_request"),
    path("request/received/", views.removal_received, name="removal_received"),
]
