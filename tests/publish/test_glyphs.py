import gallery
import pytest

from report_helpers.publish import glyphs


@pytest.mark.parametrize("mark", "▲▼◆●○→□–…×±≥≤√✓✗☑☐€²")
def test_the_fonts_hold_every_sign_a_report_uses(mark):
    assert glyphs.drawable(mark) == (mark, 0)


@pytest.mark.parametrize(
    ("text", "drawn", "count"),
    [
        ("Zürich, Łódź, Ελλάδα, Москва", "Zürich, Łódź, Ελλάδα, Москва", 0),
        ("שלום مرحبا", "שלום مرحبا", 0),
        ("👍🏽 🎉", "👍🏽 🎉", 0),
        ("中文", "□□", 2),
        ("a\x07b\x1b\x00", "ab", 3),
        ("\u202eover\u202c", "over", 2),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd    e", 0),
        ("\ud83d", "□", 1),
        ("e\u0301", "é", 0),
    ],
)
def test_what_is_drawn_and_what_counts(text, drawn, count):
    assert glyphs.drawable(text) == (drawn, count)


def test_an_emoji_no_font_holds_is_named(monkeypatch):
    monkeypatch.setattr(glyphs, "coverage", lambda: (frozenset(map(ord, "a ")),))
    assert glyphs._cluster.__wrapped__("🎉") == ("[party popper]", 1)


def test_a_mark_its_letters_font_lacks_is_taken_out():
    drawn, count = glyphs.drawable("中\u0301 я\u20dd")
    assert drawn.startswith("□ я")
    assert count >= 2


def test_everything_replaced_is_drawable():
    for text in gallery.HOSTILE.values():
        drawn, _ = glyphs.drawable(text)
        assert glyphs.drawable(drawn) == (drawn, 0)


def test_data_is_covered_all_the_way_down():
    data = {"a": ["中", {"b": ("中", 1, None, True)}]}
    assert glyphs.cover(data) == ({"a": ["□", {"b": ["□", 1, None, True]}]}, 2)


def test_a_byte_order_mark_inside_a_text_is_taken_out():
    assert glyphs.drawable("Ann\ufeff Lee") == ("Ann Lee", 1)
