"""The content security policy of every public answer that is a page."""

from tests.browser.every_page.faults import fail_with

ALLOWED = {"'self'", "'none'", "data:"}


def test_every_page_has_a_strict_policy(pages):
    faults = []
    for page in pages:
        header = page.response.headers.get("Content-Security-Policy", "")
        parts = [part.split() for part in header.split(";") if part.strip()]
        policy = {name: set(values) for name, *values in parts}
        if policy.get("default-src") != {"'none'"} or "script-src" not in policy:
            faults.append(f"{page.path}: {header or 'no policy'}")
        for name, values in policy.items():
            faults += [f"{page.path}: {name} {one}" for one in values - ALLOWED]
        if policy.get("script-src") != {"'self'"} or policy.get("style-src") != {"'self'"}:
            faults.append(f"{page.path}: scripts or styles from {header}")
        if page.response.headers.get("X-Content-Type-Options") != "nosniff":
            faults.append(f"{page.path}: may be sniffed")
    fail_with(faults)
