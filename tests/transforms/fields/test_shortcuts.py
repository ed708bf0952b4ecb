"""Shortcuts of the field parsers say the same as the long way."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from glamflow.transforms.fields.text import are_clean, clean_text, is_clean

TEXTS = st.text(alphabet=st.sampled_from("ab |<&é\u0301\n\u00a0\u200bÅ1"), max_size=6)


@given(TEXTS)
def test_a_text_called_clean_is_handed_back_by_the_long_way(text: str) -> None:
    if is_clean(text):
        assert clean_text(text) == (text, ())


@given(st.lists(TEXTS, max_size=4))
@example([""])
@example(["a", ""])
@example(["a", "\u0301b"])
def test_texts_called_clean_together_are_clean_each_by_itself(texts: list[str]) -> None:
    if are_clean(texts):
        assert all(text and is_clean(text) for text in texts)
