"""Has a paper set as a PDF, by a program of its own: its memory comes back, and it can be ended.

What people wrote goes there as JSON and is data for the template, never markup.
"""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tocsin.features.paper.commands.reading import too_long
from tocsin.features.paper.port import Limits
from tocsin.features.paper.terms import Paper
from tocsin.foundation.refusal import Refused

HERE: Final = Path(__file__).parent
PRESS: Final = HERE / "press.py"
TEMPLATE: Final = HERE.parent / "templates" / "paper" / "file.typ"
ENVIRONMENT: Final = {"LANG": "C.UTF-8", "RAYON_NUM_THREADS": "1"}
GRACE_SECONDS: Final = 2


def press(paper: Paper, limits: Limits) -> bytes:
    """The PDF of a paper. Refuses `too_long_for_paper`; raises `PressBroken` where it cannot be made."""
    wish = {
        "paper": asdict(paper) | {"at": int(paper.at.timestamp())},
        "memory_bytes": limits.memory_bytes,
        "seconds": limits.seconds,
    }
    body = json.dumps(wish, ensure_ascii=False).encode()
    if len(body) > limits.text_bytes:
        raise too_long()
    return _printed(body, limits.seconds)


class PressBroken(RuntimeError):
    """The press ended without a PDF, and not for want of time or memory."""


def _printed(body: bytes, seconds: int) -> bytes:
    words = [sys.executable, "-I", str(PRESS), TEMPLATE.read_text()]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, our own words
            words,
            input=body,
            capture_output=True,
            timeout=seconds + GRACE_SECONDS,
            check=False,
            env=ENVIRONMENT,
            cwd=HERE,
        )
    except subprocess.TimeoutExpired:
        raise _took_too_much() from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise _took_too_much()
    raise PressBroken(done.returncode)


def _took_too_much() -> Refused:
    sentence = "This document takes more time or memory than one may. Print the page instead."
    return Refused("too_long_for_paper", sentence)
