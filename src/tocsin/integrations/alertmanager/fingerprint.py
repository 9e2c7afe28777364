"""The fingerprint of a label set, exactly as Prometheus and Alertmanager compute it.

FNV-1a of 64 bits over the sorted names and values, each closed by the byte 255 (Prometheus
`common/model`, labelSetToFingerprint). The same labels give the same key however they arrive.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

BASIS: Final = 0xCBF29CE484222325
PRIME: Final = 0x100000001B3
MASK: Final = 0xFFFFFFFFFFFFFFFF
REMEMBERED: Final = 65_536


def fingerprint(labels: Mapping[str, str]) -> str:
    """The fingerprint as it is shown: 16 hexadecimal digits."""
    digest = BASIS
    for name in sorted(labels):
        digest = _grown(digest, name, labels[name])
    return f"{digest:016x}"


@lru_cache(maxsize=REMEMBERED)
def _grown(digest: int, name: str, value: str) -> int:
    """One label more. Remembered, because alerts repeat and share their first labels."""
    for byte in b"%b\xff%b\xff" % (name.encode(), value.encode()):
        digest = ((digest ^ byte) * PRIME) & MASK
    return digest
