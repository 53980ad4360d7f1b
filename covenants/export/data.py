"""A text as JSON: the shape of `manage.py parse_rules --json` and what is known of the edition."""

import json

from .document import RuleDocument


def to_json(document: RuleDocument) -> bytes:
    """UTF-8. Beside the parts of the text: kind, area, url, status, and `edition` or null.

    The note of a group that follows its village has `following` instead: adopted_on, adopted_by,
    effective_from, ended_on, ended_reason, provenance, covenant {title, url, edition} or null where
    readers may not see it, and differing [{label, id, text, village_text, registered_text, note}].

    `edition`: number, effective_from, ended_on, ended_reason, provenance, filing_number, filed_on,
    summary, votes {for, against, abstain}, articles in order [{label, id, suspended_from,
    suspended_until}].
    """
    edition = document.edition
    values = document.rules.as_dict() | {
        "kind": document.kind,
        "area": document.area_name,
        "url": document.address,
        "status": document.status,
        "edition": edition and _edition(edition),
    }
    if document.held:
        values["following"] = _following(document.held)
    return json.dumps(values, ensure_ascii=False, indent=1, default=str).encode()


def _following(held) -> dict:
    names = ("adopted_on", "adopted_by", "effective_from", "ended_on", "ended_reason", "provenance")
    covenant, edition = held.covenant, held.edition
    return {name: getattr(held.following, name) for name in names} | {
        "covenant": covenant
        and {
            "title": edition.title if edition else covenant.title,
            "url": covenant.url,
            "edition": edition and edition.number,
        },
        "differing": [
            {
                "label": row.article.label,
                "id": row.article.stable_id,
                "text": row.article.text,
                # The village's words show where its covenant may be read.
                "village_text": row.village_text if covenant else None,
                "registered_text": row.registered_text if covenant else None,
                "note": row.note,
            }
            for row in held.rows
        ],
    }


def _edition(edition) -> dict:
    names = ("number", "effective_from", "ended_on", "ended_reason", "provenance")
    names += ("filing_number", "filed_on", "summary")
    return {name: getattr(edition, name) for name in names} | {
        "votes": {
            side: getattr(edition, f"votes_{side}") for side in ("for", "against", "abstain")
        },
        "articles": [
            {
                "label": row.label,
                "id": row.stable_id,
                "suspended_from": row.suspended_from,
                "suspended_until": row.suspended_until,
            }
            for row in edition.provisions.all()
        ],
    }
