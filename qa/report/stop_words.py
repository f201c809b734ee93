"""Words that say nothing of what a question is about, so that no topic is named after them."""

from typing import Final

_BY_LANGUAGE: Final = {
    "en": (
        "a about after all also am an and any are as at be because been before being but by "
        "can cannot could did do does doing don't during each even every few for from get go "
        "going had has have having he her here how i i'm if in into is isn't it it's its just "
        "know like make many may me more most much must my need needs new no not now of off "
        "on one only or other our out over people please same should so some such than that "
        "that's the their them then there these they this those through to too under up us "
        "use very want was way we well were what when where which while who whom why will "
        "with without won't would you your"
    ),
    "de": (
        "aber alle als also am an auch auf aus bei beim bin bis da damit dann das dass dem "
        "den der des die dies diese dieser doch durch ein eine einem einen einer es für gibt "
        "hat haben hier ich ihr im in ist kann können man mehr mit muss müssen nach nicht "
        "noch nur oder ohne schon sehr sein sich sie sind so über um und uns unser unsere "
        "unter vom von vor wann war warum was weil wenn wer werden wie wieder wir wird wo zu "
        "zum zur"
    ),
    "fr": (
        "à au aux avec ce ces cette comme dans de des du elle en est et être faire il ils je "
        "la le les leur mais ne nos notre nous on ou où par pas plus pour pourquoi quand que "
        "quel quelle qui sa se ses si son sont sur tous tout toute un une vos votre vous y"
    ),
    "es": (
        "a al como con cuando de del donde el ella en entre es esta este están hay la las lo "
        "los más mi muy no nos nuestra nuestro o para pero por porque qué que se ser si sin "
        "sobre son su sus también tiene todo un una y ya"
    ),
    "it": (
        "a ai al alla anche che chi ci come con da dal dei del della di e è gli i il in la le "
        "lo ma mi nei nel nella non o per perché più quando se si sono su un una"
    ),
    "zh": (
        "我們 我们 可以 應該 应该 這個 这个 沒有 没有 不是 就是 因為 因为 所以 如果 但是 什麼 "
        "什么 怎麼 怎么 他們 他们 不能 已經 已经 還是 还是 而且 或者 的話 的话 一個 一个 自己 "
        "這樣 这样 目前 認為 认为 必須 必须 需要 能夠 能够 不會 不会 也是 都是 只是 的是 是否 "
        "對於 对于 以及 進行 进行 更多 其他 比較 比较 一樣 一样"
    ),
}
STOP_WORDS: Final = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())

GRAMMAR_SIGNS: Final = frozenset(
    "的是了在不我你他她也都就要有和與与及或而但這这那個个嗎吗呢吧被把讓让對对為为"
)
"""Signs of Chinese that stand for grammar: a pair with one of them is no key term."""
