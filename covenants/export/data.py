"""A text as JSON: the shape of `manage.py parse_rules --json` and what is known of the edition."""

import json

from .document import RuleDocument


def to_json(document: RuleDocument) -> bytes:
    """UTF-8. Beside the parts of the text: kind, area, url, status, and `edition` or null.

    `edition`: number, effective_from, ended_on, ended_reason, provenance, filing_number, filed_on,
    summary, votes {for, against, abstain}, articles [{label, id, suspended_from}] in order.
    """
    edition = document.edition
    values = document.rules.as_dict() | {
        "kind": document.kind,
        "area": document.area_name,
        "url": document.address,
        "status": document.status,
        "edition": edition and _edition(edition),
    }
    return json.dumps(values, ensure_ascii=False, indent=1, default=str).encode()


def _edition(edition) -> dict:
    names = ("number", "effective_from", "ended_on", "ended_reason", "provenance")
    names += ("filing_number", "filed_on", "summary")
    return {name: getattr(edition, name) for name in names} | {
        "votes": {
            side: getattr(edition, f"votes_{side}") for side in ("for", "against", "abstain")
        },
        "articles": [
            {"label": row.label, "id": row.stable_id, "suspended_from": row.suspended_from}
            for row in edition.provisions.all()
        ],
    }
