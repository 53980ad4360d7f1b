"""A reviewer sets up a phone and signs in with it, in a real browser."""

from base64 import b32decode

import pytest
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from selenium.webdriver.common.by import By

from editorial.appointments import appoint
from tests.browser.forgetting import forget
from tests.browser.test_ways import assert_fits, assert_no_errors, wait_for
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PASSWORD = "a-long-password-1"


def find(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector)


def send(browser, **fields):
    for name, text in fields.items():
        field = find(browser, f".login-form [name={name}]")
        field.clear()
        field.send_keys(text)
    find(browser, ".login-form [type=submit]").click()


def waits_at(browser, name):
    wait_for(browser, lambda b: reverse(name) in b.current_url)


def test_setting_up_a_phone_and_signing_in_with_it(browser, live_server, place, settings):
    settings.TWO_FACTOR_REQUIRED = True
    reviewer = UserFactory(username="shenhe", password=PASSWORD)
    appoint(reviewer, "township_reviewer", place.get_parent())
    browser.get(f"{live_server.url}/admin/")
    send(browser, username="shenhe", password=PASSWORD)
    waits_at(browser, "accounts:set_up")
    assert_fits(browser)
    drawing = find(browser, ".sign-in__qr svg")
    assert drawing.rect["width"] > 150 and drawing.rect["width"] == drawing.rect["height"]
    link = find(browser, '.sign-in a[href^="otpauth://totp/"]')
    secret = find(browser, ".sign-in__secret").text.replace(" ", "")
    assert f"secret={secret}" in link.get_attribute("href")
    key = b32decode(secret)

    send(browser, code="12345")
    wait_for(browser, lambda b: "验证码不对" in find(b, ".w-field__errors").text)
    # The library lets the next one be tried after a second.
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    send(browser, code=f"{totp(key):06d}")
    wait_for(browser, lambda b: len(b.find_elements(By.CSS_SELECTOR, ".sign-in__codes li")) == 10)
    assert_fits(browser)
    code = find(browser, ".sign-in__codes code").text
    find(browser, "main a.button").click()
    wait_for(browser, lambda b: b.current_url == f"{live_server.url}/admin/")

    forget(browser)
    browser.get(f"{live_server.url}{reverse('editorial_recovery')}")
    send(browser, username="shenhe", password=PASSWORD)
    waits_at(browser, "accounts:second_factor")
    assert_fits(browser)
    send(browser, code=code)
    waits_at(browser, "editorial_recovery")
    assert_no_errors(browser)
