"""Ages in months, and dates that are known in part."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citewell.dates import PartialDate, add_months, months_between, parse_day, parse_partial


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 31), 12, date(2025, 12, 31)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(9990, 1, 1), 1200, date.max),
    ],
)
def test_add_months(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 600))
def test_whole_months(day: date, months: int) -> None:
    later = add_months(day, months)
    if later.day == day.day:
        assert months_between(day, later) == months
        assert months == 0 or months_between(day, later - timedelta(days=1)) == months - 1


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31)))
def test_written_dates_are_read(day: date) -> None:
    assert parse_day(str(day)) == day
    whole = PartialDate(day.year, day.month, day.day)
    assert parse_partial(str(whole)) == whole
    assert whole.earliest == whole.latest == day
    for part in (PartialDate(day.year), PartialDate(day.year, day.month)):
        assert parse_partial(str(part)) == part
        assert part.earliest <= day <= part.latest
        assert (part.latest + timedelta(days=1)).day == 1


@pytest.mark.parametrize("text", ["18", "2018-13", "2018-00", "2018-02-30", "April 2022", "2018-4"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_partial(text)
    with pytest.raises(ValueError, match=r".*"):
        parse_day(text)
