"""A page for somebody who changed its keys says theirs, and nothing else of it changes."""

from markupsafe import escape

from tocsin.web.rekeyed import rekeyed

PAGE = (
    '<button aria-keyshortcuts="M" title="Mark it (M)">M <kbd class="x">M</kbd></button>'
    '<a aria-keyshortcuts="Control+K"><kbd>Ctrl K</kbd></a><kbd>Shift X</kbd><kbd>C</kbd>'
)


def test_keys_are_shown_as_somebody_has_them() -> None:
    shown = rekeyed(PAGE, {"M": "Y", "X": "Q"})
    assert shown == (
        '<button aria-keyshortcuts="Y" title="Mark it (Y)">M <kbd class="x">Y</kbd></button>'
        '<a aria-keyshortcuts="Control+K"><kbd>Ctrl K</kbd></a><kbd>Shift Q</kbd><kbd>C</kbd>'
    )


def test_keys_that_change_places_are_each_changed_once() -> None:
    assert rekeyed("<kbd>J</kbd><kbd>K</kbd>", {"J": "K", "K": "J"}) == "<kbd>K</kbd><kbd>J</kbd>"


def test_a_key_is_never_markup() -> None:
    assert 'aria-keyshortcuts="&#34;" title="Mark it (&#34;)"' in rekeyed(PAGE, {"M": '"'})
    assert "<kbd>&lt;</kbd>" in rekeyed(PAGE, {"C": "<"})


def test_what_people_wrote_is_left_alone() -> None:
    wrote = str(escape('<kbd>C</kbd> aria-keyshortcuts="M" (M)'))
    assert rekeyed(f"<p>{wrote}</p>", {"C": "Y", "M": "Z"}) == f"<p>{wrote}</p>"
