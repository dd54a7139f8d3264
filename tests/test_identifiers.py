"""Identifiers hold for any text: nothing crashes, and what is normal stays as it is."""

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citewell.identifiers import (
    bare_doi,
    comparable,
    host_reach,
    is_doi,
    mask_secrets,
    nfc,
    shown,
    split_url,
    strip_tracking,
    unidentifying,
)
from citewell.markup import plain

SUFFIXES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)
DOIS = st.builds("10.{}/{}".format, st.integers(1000, 999_999_999), SUFFIXES)
LABELS = st.sampled_from(
    ["", "doi:", "DOI: ", "doi ", "info:doi/", "urn:doi:", "https://doi.org/", "dx.doi.org/"]
)
ADDRESSES = st.text() | st.text().map("https://example.org/".__add__)


@given(LABELS, DOIS, st.sampled_from(["", ".", ",", ";", ")", "].", "'"]))
def test_labels_and_ends_are_taken_off(label: str, doi: str, end: str) -> None:
    assert bare_doi(label + doi + end) == doi
    assert is_doi(doi)


@given(st.text())
def test_bare_is_bare(text: str) -> None:
    bare = bare_doi(text)
    assert not is_doi(bare) or bare_doi(bare) == bare


@pytest.mark.parametrize("text", ["doi:" * 5000, "10.1000/" + ")" * 100_000, "(" * 100_000])
def test_long_texts(text: str) -> None:
    assert not is_doi(bare_doi(text))


@given(ADDRESSES)
def test_any_text_can_be_asked_about(text: str) -> None:
    clean, names = strip_tracking(text)
    assert strip_tracking(clean) == (clean, ())
    assert bool(names) == (clean != text)
    assert mask_secrets(mask_secrets(text)) == mask_secrets(text)
    assert shown(text).isprintable()
    assert comparable(comparable(text)) == comparable(text)
    if (parts := split_url(text)) is not None:
        assert parts == urlsplit(text)
        assert host_reach(parts.hostname or "") in ("loopback", "private", "public")
        unidentifying(text)


@pytest.mark.parametrize("text", ["", "e\u0301", "\u00e9", "a\u0323\u0307 " * 300, "x" * 5000])
def test_nfc_is_that_of_unicode(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)


def test_nfc_of_a_letter_with_too_many_marks() -> None:
    """Sorting them all would take minutes."""
    assert len(nfc("e" + "\u0301\u0316" * 200_000)) <= 31


def test_an_entity_for_no_character_is_left_out() -> None:
    """The library cannot read a number of so many digits."""
    assert plain(f"Tremor &amp; &#{'9' * 5000}; dystonia &#233;") == "Tremor & dystonia é"
