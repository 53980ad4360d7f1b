"""What a row of digits is: an ID number, a telephone number, a bank card, or nothing personal.

Sources: GB 11643-1999 (18 digits, checksum by ISO 7064 MOD 11-2; 15 digits before), the numbering
plan of the telephone networks (mobile 1[3-9]; area codes), ISO/IEC 7812 (Luhn).
"""

from datetime import date

from .words import words

PROVINCES = frozenset(words("provinces"))
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ISSUERS = words("card_issuers")
EARLIEST_BIRTH = 1900


def is_born(year: int, month: int, day: int, today: date) -> bool:
    """Whether someone alive or on record can be born on that day."""
    try:
        born = date(year, month, day)
    except ValueError:
        return False
    return year >= EARLIEST_BIRTH and born <= today


def id_shape(digits: str, today: date) -> bool:
    """17 digits and a check character with a province, a place and a possible date of birth."""
    return (
        len(digits) == 18
        and digits[:17].isdigit()
        and (digits[17].isdigit() or digits[17] in "Xx")
        and digits[:2] in PROVINCES
        and digits[2:6] != "0000"
        and is_born(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]), today)
    )


def id_checks(digits: str) -> bool:
    """The checksum of an 18-character ID number (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == digits[17].upper()


def old_id_shape(digits: str, today: date) -> bool:
    """15 digits of before 1999: province, city, county, yymmdd, sequence."""
    return (
        len(digits) == 15
        and digits.isdigit()
        and digits[:2] in PROVINCES
        and digits[2:4] != "00"
        and digits[4:6] != "00"
        and is_born(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]), today)
    )


def is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits.isdigit() and digits[0] == "1" and digits[1] in "3456789"


def is_fixed_line(digits: str) -> bool:
    """Area code and number in one row: 010/02x with eight, 03xx–09xx with seven or eight digits."""
    if not digits.isdigit() or not digits.startswith("0"):
        return False
    if digits[1] in "12":
        return (
            (digits[:3] == "010" or digits[1] == "2")
            and len(digits) == 11
            and digits[3] in "23456789"
        )
    return digits[1] in "3456789" and len(digits) in (11, 12) and digits[4] in "23456789"


def luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(digits: str, called_so: bool) -> bool:
    """A bank card: 16–19 digits that satisfy Luhn, of a known issuer or called a card nearby."""
    if not digits.isdigit() or not 15 <= len(digits) <= 19 or len(set(digits)) < 3:
        return False
    if not luhn(digits):
        return False
    return called_so or (len(digits) >= 16 and digits.startswith(_ISSUERS))
