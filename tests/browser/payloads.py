"""What attackers write where they hope it is run: 300 texts, each of which calls `__xss(1)` where nothing stops it."""

from itertools import product

CALL = "__xss(1)"
# How one gets out of where a text stands: element, attribute, comment, script, style, JSON, XML.
WAYS_OUT = (
    "", '">', "'>", "</title>", "</textarea>", "</script>", "</style>", "-->", "]]>", '"}]}</script>', "</svg>", "--!>",
)  # fmt: skip
# What then runs, most without anybody's doing.
RUNS = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<body onload={}>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:parent.{}></iframe>",
    "<video><source onerror={}></video>",
    "<audio src=x onerror={}>",
    "<object data=x onerror={}></object>",
    "<style onload={}></style>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><script>{}</script></svg>",
    "<math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror={} src>'>",
    "<ScRiPt >{}</sCrIpT>",
    "<img/src=x/onerror={}>",
    "<img src=x onerror=&#95;&#95;xss(1)>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>{}</script>",
    "<link rel=stylesheet href=data:text/css,x onload={}>",
    "<form id=x tabindex=0 autofocus onfocus={}></form>",
    "<select autofocus onfocus={}></select>",
    "<div style='animation:x 1s' onanimationstart={}></div><style>@keyframes x {{}}</style>",
)
# What needs no element: addresses that run, scripts and templates around the text, signs that parsers trip over.
OTHERS = (
    "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}", "java\nscript:{}", " javascript:{}", "\x01javascript:{}",
    "javascript&colon;{}", "&#106;avascript:{}", "javascript://%0a{}", "data:text/html,<script>{}</script>",
    "vbscript:{}", "//evil.example/{}", "\\\\evil.example\\{}", "https://e.example/' onmouseover='{}",
    'https://e.example/" onmouseover="{}', "https://e.example/><script>{}</script>", '" onfocus={} autofocus="',
    "' onfocus={} autofocus='", "` onfocus={} autofocus=`", "';{};//", '";{};//', "\\';{};//", "</script\t>{}",
    "`${{{}}}`", "{{{{{}}}}}", "{{{{constructor.constructor('{}')()}}}}", "{{% print({}) %}}", "${{{}}}", "#{{{}}}",
    "<%= {} %>", "\u2028{}\u2029", "\u202e<script>{}</script>", "+ADw-script+AD4-{}+ADw-/script+AD4-",
    "\uff1cscript\uff1e{}\uff1c/script\uff1e", "<!--<script>{}", "<![CDATA[<script>{}</script>]]>",
    "<?xml-stylesheet href='javascript:{}'?>", "<!DOCTYPE x [<!ENTITY e '{}'>]>&e;", "%3Cscript%3E{}%3C/script%3E",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e", "\\x3cscript\\x3e{}\\x3c/script\\x3e",
    "&lt;script&gt;{}&lt;/script&gt;",
    "<base href='javascript:{}//'>", "<a href=javascript:{}>x</a>",
    "<meta http-equiv=refresh content='0;javascript:{}'>",
    "<form action=javascript:{}><button>x</button></form>", "<a id=__xss name=__xss>{}</a>",
    "<style>@import'//{}'</style>",
)  # fmt: skip


def payloads() -> tuple[str, ...]:
    """All of them, no two alike."""
    elements = [way + run.format(CALL) for run, way in product(RUNS, WAYS_OUT)]
    return tuple(dict.fromkeys([*(other.format(CALL) for other in OTHERS), *elements]))[:300]


def few() -> tuple[str, ...]:
    """So few that each build can try them: two that get out of everything at once, and an address that runs."""
    out = "".join(WAYS_OUT)
    return out + RUNS[1].format(CALL), out + RUNS[0].format(CALL) + RUNS[18].format(CALL), OTHERS[0].format(CALL)
