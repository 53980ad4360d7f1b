"""Counts working days, Monday to Friday: holidays are announced year by year."""

import datetime

SATURDAY = 5


def after(day: datetime.date, working_days: int) -> datetime.date:
    """The day so many working days after `day`, which itself does not count."""
    while working_days > 0:
        day += datetime.timedelta(days=1)
        working_days -= day.weekday() < SATURDAY
    return day
