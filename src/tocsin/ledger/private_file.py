"""Files that hold what people wrote: only whoever ran the command may read them."""

import os
from pathlib import Path
from typing import BinaryIO, Final

OWNERS: Final = 0o600


def new(path: Path) -> BinaryIO:
    """A new file to write. Raises `FileExistsError` rather than replace one."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS), "wb")


def replaced(path: Path) -> BinaryIO:
    """A file to write, in the place of one that may be there."""
    path.unlink(missing_ok=True)
    return new(path)
