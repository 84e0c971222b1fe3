"""Captions of the demo's films are WebVTT that fits them, in both languages of the site."""

import re

import pytest

from community_platform.demo.captions import WORDS, captions
from community_platform.demo.video import SECONDS
from courses.services.captions import clean_captions


@pytest.mark.parametrize("language", ["en", "ru"])
def test_captions_fill_a_film(language: str) -> None:
    written = captions(language)
    assert clean_captions(written, field="file") == written
    ends = re.findall(r"--> (\d\d):(\d\d)\.\d{3}", written.decode())
    assert int(ends[-1][0]) * 60 + int(ends[-1][1]) == SECONDS
    assert all(words in written.decode() for words in WORDS[language])


def test_other_languages_get_english() -> None:
    assert captions("de") == captions("en")
