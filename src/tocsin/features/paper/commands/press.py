"""The press: reads a paper as JSON on its standard input and writes a PDF to its standard output.

It is run as a program of its own, which gives its memory back and can be ended: it imports nothing of
Tocsin, opens no file but the template and fonts, and reaches no network (the template names no package).
"""

import json
import re
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import typst

STANDARDS: Final[list[Any]] = ["a-2a", "ua-1"]
PROBE: Final = (
    b'#set document(title: "-")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
)
PROBED: Final = PROBE + b"#text(sys.inputs.signs)"
ASCII_END: Final = 0x7F
LATIN_END: Final = 0x24F
BLOCK_BITS: Final = 7
SAMPLES: Final = 6
ATTEMPTS: Final = 4
NO_FONT: Final = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")


def main(template: str) -> None:
    """Print one paper."""
    wish = json.load(sys.stdin.buffer)
    bounded(wish["memory_bytes"], wish["seconds"])
    compiler = typst.Compiler()
    at: int = wish["paper"]["at"]
    paper = json.dumps(wish["paper"], ensure_ascii=False)
    signs = sorted(sign for sign in set(paper) if ord(sign) > ASCII_END)
    gone = set(missing(signs, lambda some: shows(compiler, some)))
    sys.stdout.buffer.write(printed(compiler, template, paper, gone, at))


def bounded(memory_bytes: int, seconds: int) -> None:
    """Take no more memory (address space) and processor time than that."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def printed(compiler: typst.Compiler, template: str, paper: str, gone: set[str], at: int) -> bytes:
    """The PDF. A sign that turns out to be in no font only where it stands is spelled out as well."""
    for attempt in range(ATTEMPTS):
        if attempt == ATTEMPTS - 1:
            gone |= {sign for sign in paper if ord(sign) > LATIN_END}
        try:
            made: Any = compiler.compile(
                input=template.encode(),
                format="pdf",
                sys_inputs={"paper": spelled_out(paper, gone)},
                pdf_standards=STANDARDS,
                timestamp=at,
            )
        except typst.TypstError as error:
            found = not_shown(str(error))
            if not found or attempt == ATTEMPTS - 1:
                raise
            gone |= found
        else:
            return bytes(made)
    raise AssertionError("the last attempt answers or raises")


def spelled_out(text: str, signs: set[str]) -> str:
    """The text with signs that no font has written as their code points."""
    return text.translate({ord(sign): f"\u27e6{ord(sign):X}\u27e7" for sign in signs})


def not_shown(error: str) -> set[str]:
    """The signs beyond ASCII that an error of the compiler is about."""
    found = NO_FONT.search(error)
    plain = ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]) if found else ""
    return {sign for sign in plain if ord(sign) > ASCII_END}


def shows(compiler: typst.Compiler, signs: str) -> bool:
    """Whether the fonts at hand have all these signs."""
    try:
        compiler.compile(
            input=PROBED, format="pdf", sys_inputs={"signs": signs}, pdf_standards=STANDARDS
        )
    except typst.TypstError:
        return False
    return True


def missing(signs: Sequence[str], has: Callable[[str], bool]) -> Iterator[str]:
    """Which signs no font has. Of a block of which no sample is there, none is taken to be there."""
    if not signs or has(" ".join(signs)):
        return
    blocks: dict[int, list[str]] = {}
    for sign in signs:
        blocks.setdefault(ord(sign) >> BLOCK_BITS, []).append(sign)
    for block in blocks.values():
        if has(" ".join(block)):
            continue
        samples = block[:: max(1, len(block) // SAMPLES)]
        is_there = any(has(sign) for sign in samples)
        yield from (sign for sign in block if not (is_there and has(sign)))


if __name__ == "__main__":
    main(sys.argv[1])
