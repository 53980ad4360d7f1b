"""The entry point that servers call, before any middleware."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from config import wsgi


@pytest.mark.parametrize("charset", ["rot13", "undefined", "gbk", '"rot13"', "utf-8"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded; ", "multipart/form-data; boundary=charset ;"]
)
def test_the_encoding_that_a_body_claims_is_left_out(monkeypatch, kind, charset):
    monkeypatch.setattr(wsgi, "_django", lambda environ, _start_response: WSGIRequest(environ))
    environ = RequestFactory()._base_environ(
        QUERY_STRING="q=%E9%85%92", CONTENT_TYPE=f"{kind}Charset={charset}"
    )
    request = wsgi.application(environ, None)
    assert request.GET["q"] == "酒"
    assert request.content_type == kind.split(";")[0]
    assert request.content_params.get("boundary", "charset") == "charset"


def test_a_request_without_a_body_is_passed_on(monkeypatch):
    monkeypatch.setattr(wsgi, "_django", lambda environ, _start_response: environ["PATH_INFO"])
    assert wsgi.application({"PATH_INFO": "/search/"}, None) == "/search/"
