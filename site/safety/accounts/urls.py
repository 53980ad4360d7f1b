"""Addresses below `admin/account/` that stand before the gate, or are about one's own account."""

from django.urls import path

from . import session_views, views

app_name = "accounts"
urlpatterns = [
    path("second-factor/", views.second_factor, name="second_factor"),
    path("second-factor/set-up/", views.set_up, name="set_up"),
    path("second-factor/codes/", views.renew_codes, name="renew_codes"),
    path("second-factor/remove/", views.remove, name="remove"),
    path("second-factor/leave/", views.leave, name="leave"),
    path("sessions/end-others/", session_views.end_others, name="end_other_sessions"),
    path("sessions/<str:handle>/end/", session_views.end_one, name="end_session"),
    path(
        "new-password/<uidb64>/<token>/", session_views.NewPassword.as_view(), name="new_password"
    ),
]
