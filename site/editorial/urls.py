"""Addresses of the editorial room outside the admin."""

from django.urls import path

from . import invitation_views

urlpatterns = [
    path("yaoqing/<str:token>/", invitation_views.accept, name="editorial_invitation"),
]
