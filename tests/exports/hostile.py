"""A meeting in which people asked everything that breaks software that shows text."""

from typing import Final

from qa.services.context import Context
from tests.conftest import TurnableClock
from tests.services.meeting import Meeting, hold_meeting

FORMULAS: Final = (
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
MARKUP: Final = (
    "<img src=x onerror=alert(1)> & </script></style>]]>",
    "#set page(width: 1pt) $x^2$ *bold* _it_ `raw` \\ [link](http://evil) {{ 7*7 }}",
    'https://evil.example/?a="b"',
)
DIRECTIONS: Final = ("Was \u202ethis\u202c read \u2066backwards\u2069?",)
EMOJI: Final = ("😀 👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️?",)
SCRIPTS: Final = (
    "لماذا أُغلق المكتب في برشلونة؟",
    "למה נסגר המשרד בברצלונה?",
    "四天工作制什么时候开始？",
    "週四日制はいつ始まりますか。",
    "사무실은 왜 닫았습니까?",
    "कार्यालय क्यों बंद हुआ?",
    "Почему закрыли офис?",
    "Γιατί έκλεισε το γραφείο;",
    "Tại sao văn phòng đóng cửa? Ł ß ğ",
)
UNSHIPPED: Final = "ဘာကြောင့်လဲ"
"""A script that no shipped font has."""
LONG_WORD: Final = "Q" + "w" * 498 + "?"
TEXTS: Final = (*FORMULAS, *MARKUP, *DIRECTIONS, *EMOJI, *SCRIPTS, UNSHIPPED, LONG_WORD)
NAME: Final = '=cmd|"<b>Ada</b>"'
SECRET: Final = "Nobody has screened these words yet."
EXPLANATION: Final = "=1+1 <b>This</b> was answered\u202e in the memo."


def hold_hostile_meeting(ctx: Context) -> Meeting:
    """Ask every text, decide on all but the last one, and close the meeting."""
    clock = ctx.clock
    assert isinstance(clock, TurnableClock)
    meeting = hold_meeting(ctx, "open", "live", title="All <b>hands</b> =1+1 \u202ex")
    for at, text in enumerate(TEXTS):
        meeting.ask(text, **({"name": NAME} if at % 5 == 0 else {}))
        clock.turn(minutes=1)
        verdict = "filter" if at % 3 == 2 else "publish"
        more = {"explanation": EXPLANATION, "reason": "other"} if verdict == "filter" else {}
        meeting.decide(at + 1, verdict, **more)
        meeting.vote(at + 1, *(f"person {each}" for each in range(at)))
    meeting.ask(SECRET)
    clock.turn(minutes=2)
    meeting.move("closed")
    return meeting
