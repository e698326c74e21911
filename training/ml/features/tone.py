"""The words from which a text's tone is read where nobody rated it: a seller's everyday, in two languages.

Small, local and hand-written on purpose: no text leaves the machine, and anybody can read why a text sounds so.
A word counts the other way round when a negation stands up to two words before it ("not at all happy", "没有问题").
"""

from __future__ import annotations

GLAD = (
    r"thank(s|ful)?|grateful|appreciat(e|es|ed|ive)|happy|pleased|glad|delighted|satisf(ied|ying|actory)"
    r"|content|enjoy(s|ed)?|good|great|excellent|perfect(ly)?|wonderful|fantastic|superb|awesome"
    r"|impress(ed|ive)|smooth(ly)?|reliable|helpful|friendly|prompt(ly)?|quick(ly)?|well done"
    r"|works? (well|fine|again)|works as expected|love[sd]?|likes?|liked|nice|best|recommend(s|ed)?"
    r"|praise[sd]?|success(ful|fully)?|resolved|solved|fixed|improved|better than|on time|in time"
    r"|renew(s|ed)? (gladly|early)|looking forward|keen|excited|loyal|trust(s|ed)?"
)
SORE = (
    r"bad(ly)?|terrible|horrible|awful|poor(ly)?|worse|worst|unhappy|dissatisf(ied|action)"
    r"|unsatisf(ied|actory)|disappoint(ed|ing|ment|s)?|annoy(ed|ing|s)?|angry|furious|upset"
    r"|frustrat(ed|ing|ion)|complain(s|ed|t|ts|ing)?|broken|broke|breaks|defect(s|ive)?|fault(y|s)?"
    r"|fail(s|ed|ure|ures|ing)?|error(s)?|problem(s|atic)?|issue(s)?|trouble(s)?|late|delay(s|ed)?|overdue"
    r"|slow(ly)?|waiting|waited|missing|lost|wrong|mistake(s)?|damaged?|leak(s|ing|ed)?|crash(es|ed|ing)?"
    r"|outage(s)?|down again|unreliable|unacceptable|unusable|useless|rude|ignored|unanswered"
    r"|refund(s|ed)?|cancel(s|led|ling|lation)?|terminate[sd]?|too (expensive|slow|late|long|complicated)"
    r"|overpriced|waste|escalat(e|ed|es|ion)|threaten(s|ed)?|leave us|leaving|dispute[sd]?|penalt(y|ies)"
    r"|lawyer|switch(ing)? to|unresolved|again and again|not work(ing)?"
)
NOT = r"not|no|never|hardly|barely|without|neither|nor|cannot|less|zero|free of"
GLAD_ZH = (
    r"满意|感谢|谢谢|高兴|开心|很好|不错|优秀|良好|完美|顺利|顺畅|靠谱|可靠|喜欢|推荐|好评|称赞|表扬|赞赏|认可|期待"
    r"|及时|迅速|周到|热情|专业|已解决|解决了|修好|改善|提升|信任|愉快|好用|稳定|支持我们|继续合作"
)
SORE_ZH = (
    r"不满(?:[^意]|$)|失望|生气|愤怒|恼火|投诉|抱怨|糟糕|很差|太差|差劲|恶劣|故障|坏了|损坏|破损|缺陷|瑕疵|失败|出错|错误|问题"
    r"|延误|延迟|迟到|拖延|太慢|缓慢|等了|催|缺货|少发|发错|漏发|丢失|退款|退货|取消|解约|终止|太贵|涨价|崩溃|宕机|中断"
    r"|卡顿|无人(?:处理|回复|理)|没人(?:处理|回复|理)|推诿|敷衍|态度差|难用|赔偿|纠纷|离开|更换供应商|无法使用|用不了"
)
NOT_ZH = r"不|没有|没|未|无|非|别|尚未|不太|不够|不再|并不|并非"


def patterns() -> dict[str, str]:
    """Regular expressions by what they count, ready to stand in SQL: GLAD, SORE, and both under a negation."""
    glad, sore = rf"\b(?:{GLAD})\b|(?:{GLAD_ZH})", rf"\b(?:{SORE})\b|(?:{SORE_ZH})"
    before = rf"(?:\b(?:{NOT})|n''t)\b(?:\W+[a-z'']+){{0,2}}?\W+"
    return {
        "GLAD": glad,
        "SORE": sore,
        "NOT_GLAD": rf"{before}(?:{GLAD})\b|(?:{NOT_ZH})[是很太怎么大]{{0,2}}(?:{GLAD_ZH})",
        "NOT_SORE": rf"{before}(?:{SORE})\b|(?:{NOT_ZH})[有是很太发现任何出过]{{0,3}}(?:{SORE_ZH})",
    }
