"""Whether somebody wrote something where something is asked for: a reason, a number. No Django."""

from safety.personal_data.folding import fold

# Unicode calls these letters, and nobody sees them.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")


def is_written(text: str) -> bool:
    """Whether a reader finds a letter or a digit; blanks, dashes and what is invisible say
    nothing."""
    return any(sign.isalnum() and sign not in _BLANK_LETTERS for sign in text)


def as_number(text: str) -> str:
    """A number as it is kept: without blanks and what is invisible, letters and digits of one
    width, so that the same number is not taken for another; empty for what is none."""
    seen = (s for s in fold(text).text if not s.isspace() and s not in _BLANK_LETTERS)
    number = "".join(seen)
    return number if is_written(number) else ""
