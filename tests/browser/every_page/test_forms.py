"""A form sent with a fault: told in a summary that leads to the field, and beside the field."""

from urllib.parse import urldefrag

import lxml.html
import pytest
from django.test import Client


@pytest.fixture
def answer(closed):
    """The page of a village behind a password after a wrong one."""
    client = Client()
    form = lxml.html.document_fromstring(client.get(closed).content.decode()).xpath("//main//form")[
        0
    ]
    fields = dict(form.form_values()) | {"password": "wrong"}
    reply = client.post(form.action, fields)
    assert reply.status_code == 200
    return lxml.html.document_fromstring(reply.content.decode())


def test_the_summary_leads_to_the_field(answer):
    summary = answer.xpath("//*[@role='alert']")[0]
    targets = [urldefrag(href)[1] for href in summary.xpath(".//a/@href")]
    assert targets and [answer.get_element_by_id(target).tag for target in targets] == ["input"]


def test_the_field_is_marked_and_described_by_what_is_wrong(answer):
    field = answer.xpath("//input[@aria-invalid='true']")[0]
    described = [
        answer.get_element_by_id(one).text_content()
        for one in field.get("aria-describedby").split()
    ]
    told = answer.xpath("//*[@role='alert']//li")[0].text_content()
    assert any(words.strip() and words.strip() in told for words in described)
