"""What a tag looks like: one short word, in small letters, found however it is typed. Pure."""

import re
from typing import Final

from tocsin.foundation.refusal import Refused

TAG: Final = re.compile(r"\w[\w.:/-]{0,39}")


def tag_of(written: str) -> str:
    """The tag that somebody wrote. Refuses `tag_missing`, `bad_tag`."""
    tag = written.strip().removeprefix("#").lower()
    if not tag:
        raise Refused("tag_missing", "Write the tag.")
    if not TAG.fullmatch(tag):
        raise Refused("bad_tag", "A tag is one word of 40 letters, digits and - . : / at most.")
    return tag
