"""What a file is follows from its content, in whatever pieces it comes; and nothing else is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.features.evidence.rules.serving import headers
from tocsin.features.evidence.rules.sniffing import (
    IMAGES,
    OPAQUE,
    TEXTS,
    Sniffer,
    is_shown,
    served_as,
)

KNOWN = {
    "image/png": b"\x89PNG\r\n\x1a\n\x00",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/gif": b"GIF89a\x01",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "application/pdf": b"%PDF-1.7",
    "application/zip": b"PK\x03\x04\x00",
    "application/x-tar": bytes(257) + b"ustar",
    "text/plain": "<134>Nov 24 03:12 auth-3: Grüße, 決済\n".encode(),
    "text/csv": b"a,b\n1,2\n3,4\n",
    "application/json": b' {"a": [1, 2]}\n',
    "text/html": b"<!doctype html><p>",
    "image/svg+xml": b'<?xml version="1.0"?><svg onload="alert(1)">',
    "application/xml": b"<a/>",
    OPAQUE: b"MZ\x90\x00",
}


def sniffed(body: bytes, size: int = 1 << 20) -> str:
    sniffer = Sniffer()
    for start in range(0, len(body), size):
        sniffer.feed(body[start : start + size])
    return sniffer.media_type()


@pytest.mark.parametrize("kind", KNOWN)
def test_a_file_is_what_its_content_says(kind: str) -> None:
    assert sniffed(KNOWN[kind]) == kind
    assert sniffed(KNOWN[kind], 1) == kind


@pytest.mark.parametrize(
    "body", [b"\xff\xfea\x00", b"text\x00", b"\xc3", "text".encode("utf-16"), b"\x7fELF"]
)
def test_what_is_not_known_is_opaque(body: bytes) -> None:
    assert sniffed(body) == OPAQUE


MARKUP = [
    b"<svg onload=alert(1)>",
    b"<html>",
    b"<script>",
    b"<?xml?>",
    b"\xef\xbb\xbf<html>",
    b"  <p>",
]


@given(st.sampled_from([*KNOWN.values(), *MARKUP]), st.binary(max_size=64), st.integers(1, 9))
@settings(max_examples=1000, deadline=None)
def test_nothing_is_sent_that_a_browser_would_run(head: bytes, tail: bytes, size: int) -> None:
    kind = sniffed(head + tail, size)
    assert kind == sniffed(head + tail)
    said = headers("a", kind, 1)
    assert said["content-type"] in {*IMAGES, OPAQUE, "text/plain; charset=utf-8"}
    assert said["content-security-policy"] == "default-src 'none'; sandbox"
    is_inline = said["content-disposition"].startswith("inline")
    assert is_inline == (kind in IMAGES | TEXTS) == is_shown(kind)
    if head in MARKUP:
        assert not is_inline
        assert served_as(kind) == OPAQUE
