"""Sizes of files, as people read them. Pure."""

STEP = 1000


def sized(size: int) -> str:
    """A number of bytes as people read it."""
    if size < STEP:
        return f"{size} B"
    if size < STEP * STEP:
        return f"{size / STEP:.0f} kB"
    return f"{size / STEP / STEP:.1f} MB"
