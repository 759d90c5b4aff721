"""What people mean by a short answer: seen, handed in, or nothing that a program can tell.

Whatever is found is offered to the office and settled by a person: better too little than wrong.
"""

import re

from notifications.inbox.received import Received, split_page

_SHORT = 60  # characters of an answer that may be an acknowledgement

_QUOTE = re.compile(
    r"^[ \t]*(?:>|[-—_=]{2,60}.{0,20}(?:原始邮件|原邮件|回复的邮件|转发|original|forwarded)"
    r"|_{10,}|[-—]{8,}|发件人[:：]|from:\s|在.{4,120}(?:写道|wrote)[:：]?|on .{4,200}wrote:"
    r"|\d{4}[-/年].{4,120}(?:写道|wrote)[:：]|-- ?$|发自我的|来自我的|sent from my)",
    re.IGNORECASE | re.MULTILINE,
)
_PREFIX = re.compile(
    r"^\s*(?:(?:re|fw|fwd|回复|答复|回覆|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)
_SEEN = re.compile(
    r"收到|收悉|已阅|阅悉|已悉|知悉|悉知|已知晓|\b(?:received|noted|acknowledged|got it)\b",
    re.IGNORECASE,
)
_NOT_SEEN = re.compile(
    r"(?:未|没有|没|尚未|收不|无法)\s*收到|收不到|(?:请|望|烦请)[^，。,.]{0,10}(?:收到|知悉)"
    r"|收到(?:后|请|与否|没|了吗|吗|否)|是否|[吗么][?？]?|[?？]|\bnot received\b",
    re.IGNORECASE,
)
_HANDED_IN = re.compile(
    r"已(?:经)?(?:按要求|按时|全部|完成|于[^，。,.\n]{1,12})?"
    r"(?:报送|上报|呈报|提交|报出|填报|寄出|送达|上传|报(?![名警价销废刊考道告到]))"
    r"|(?:现|特此?|予以|随[信函文邮件]{1,2})[^，。,.\n]{0,30}(?:报送|上报|呈报|报来|报上|附上)"
    r"|(?:报送|上报|呈报)(?:如下|给你们|贵[处厅局办单])|请(?:查收|审阅|核收|审核)"
    r"|\b(?:submitted|handed in)\b",
    re.IGNORECASE,
)
_NOT_HANDED_IN = re.compile(
    r"(?:未|没有|没|暂|尚|无法|不能|不便)[^，。,.\n]{0,8}(?:报|提交|上传|送)"
    r"|(?:将于|稍后|稍候|即将|拟于|准备|明[天日]|尽快|随后|待)[^，。,.\n]{0,20}(?:报|提交|上传|送)"
    r"|延期|推迟|延迟|\bnot (?:yet )?(?:submitted|handed in)\b",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"^\s*[\[【(（]?(?:自动回复|自动答复|自动回覆|假期自动|休假自动|外出自动"
    r"|auto(?:matic)?[- ]?(?:reply|response)|out of office)",
    re.IGNORECASE,
)


def own_words(mail: Received) -> str:
    """What the sender wrote: above what is quoted, without a signature's line."""
    text = split_page(mail.text)[0]
    found = _QUOTE.search(text)
    return (text if found is None else text[: found.start()]).strip()


def bare_subject(subject: str) -> str:
    """The subject without what programs put before it."""
    return _PREFIX.sub("", subject).strip()


def is_automatic(mail: Received) -> bool:
    """Whether a program has answered (RFC 3834, section 5, and what others put in its place)."""
    get = mail.headers.get
    submitted = get("auto-submitted", "").partition(";")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or "x-autoreply" in mail.headers
        or "x-autorespond" in mail.headers
        or get("precedence", "").strip().lower() == "auto_reply"
        or get("x-auto-response-suppress", "").strip().lower() in {"autoreply", "oof"}
        # That a program has displayed it (RFC 8098) is no person's answer.
        or "disposition-notification" in get("content-type", "").lower()
        or bool(_AUTOMATIC.match(bare_subject(mail.subject)))
    )


def says_seen(mail: Received) -> bool:
    """Whether it says in few words that it has been seen, in its text or its own subject."""
    for text in (own_words(mail), "" if _is_answer(mail) else bare_subject(mail.subject)):
        if _SEEN.search(text) and len(text) <= _SHORT and not _NOT_SEEN.search(text):
            return True
    return False


def says_handed_in(mail: Received) -> bool:
    """Whether it says that something has been handed in, or comes with it."""
    subject = "" if _is_answer(mail) else bare_subject(mail.subject)
    words = f"{subject}\n{own_words(mail)[:2000]}"
    return bool(_HANDED_IN.search(words)) and not _NOT_HANDED_IN.search(words)


def _is_answer(mail: Received) -> bool:
    """Whether the subject is another's, answered: its words are not the sender's."""
    return bool(_PREFIX.match(mail.subject))
