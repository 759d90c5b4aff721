"""What providers mean by their replies: the text overrides the first digit of the code.

QQ says “too often” with 550, NetEase with 421, 450 and 451: by the digit alone the first would
mark a good address as gone, and the others would be tried again at once. What no pattern knows
keeps the meaning of its digit (RFC 5321, section 4.2.1).
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a reply is about."""

    FREQUENCY = "frequency"  # too many mails, recipients or connections, of ours
    CONTENT = "content"  # this mail is taken for spam
    NO_MAILBOX = "no_mailbox"  # nobody has that address
    FULL = "full"  # the mailbox takes nothing just now
    POLICY = "policy"  # the address takes no mail from us, or from outside
    LOGIN = "login"  # the account, its password or what it may send as


@dataclass(frozen=True, slots=True)
class _Rule:
    meaning: Meaning
    words: re.Pattern[str]
    digit: int = 0  # of the code; 0: any


def _rule(meaning: Meaning, words: str, digit: int = 0) -> _Rule:
    return _Rule(meaning, re.compile(words, re.IGNORECASE), digit)


# The first that fits counts: frequency before content, since “spam” stands in texts about both.
_RULES = (
    # Of one recipient's mailbox alone: others may be written to.
    _rule(Meaning.FULL, r"recipient frequency"),
    # QQ Mail and Tencent Exmail, 退信 in the help centre: 550 “Ip / Domain / Sender / Connection
    # frequency limited” and “Connection denied”: so much for a minute, an hour or a day.
    _rule(Meaning.FREQUENCY, r"frequency (?:is )?limit|\bconnection denied\b"),
    # Tencent Exmail, 域名当日发信量到达上限; “Too many connections / recipients / messages”.
    _rule(Meaning.FREQUENCY, r"发信(?:量|数).{0,8}(?:上限|超)|频率|发送过于频繁|发信过于频繁"),
    # QQ Mail, same page: the recipient has got very many mails in a short time.
    _rule(Meaning.FULL, r"mailbox unavailable or access denied"),
    # NetEase, 企业退信的常见问题: ICC connections; IFC, IFQ, REP this machine; DMC one connection;
    # SFQ the sender in 15 minutes; QRC, DRC, FRL and TRC recipients; STC and ITC a day.
    _rule(
        Meaning.FREQUENCY,
        r"\b(?:HL:(?:ICC|IFC|IFQ|ITC|REP)|MI:(?:DMC|SFQ|STC)|RP:(?:QRC|DRC|FRL|TRC|RCL))\b",
    ),
    # NetEase, same page: 451 DT:SPM asks for another try after two minutes, 554 DT:SPM does not.
    # It is about that mail: to rest for it would let one mail keep back all.
    _rule(Meaning.CONTENT, r"\bDT:(?:SPM|SUM)\b|\bMI:SPB\b"),
    # NetEase, same page: too many wrong passwords.
    _rule(Meaning.LOGIN, r"too much fail authentication"),
    # Alibaba Mail, 常见退信报错: “behaviour spam … too frequently sending”, “much too frequently”,
    # “currently unexpected sending”; 504 and 505 are numbers of recipients.
    _rule(Meaning.FREQUENCY, r"behaviou?r spam|too frequently sending|unexpected sending"),
    _rule(Meaning.FREQUENCY, r"RCPTs? (?:attempts )?is achieved the maximum"),
    # Alibaba Mail, same page: 554 “Reject by content spam”, “spamed by local spam engine”.
    _rule(Meaning.CONTENT, r"content spam|spamed by local spam engine"),
    # Exchange Online, “SMTP Authenticated Submission: throttling” (432 4.3.2, 5.2.0, 5.2.2 with
    # SubmissionQuotaExceeded); Exchange Server, receive connectors (421 4.4.2, 421 4.3.2);
    # “NDRs in Exchange Online”: 5.1.90 and 5.7.705, .708, .750 are limits of the tenant.
    _rule(Meaning.FREQUENCY, r"concurrent connections? (?:limit exceeded|has exceeded)"),
    _rule(Meaning.FREQUENCY, r"sender thread limit|SubmissionQuotaExceeded|RecipientLimitExceeded"),
    _rule(Meaning.FREQUENCY, r"submission rate for this client has exceeded"),
    _rule(Meaning.FREQUENCY, r"\b(?:4\.7\.50\d|5\.1\.90|5\.7\.(?:705|708|750))\b"),
    # Exchange Online, “Fix issues with printers … that send email”: 5.7.57, 5.7.60 and 5.7.139.
    _rule(Meaning.LOGIN, r"\b5\.7\.(?:57|60|139)\b"),
    # Exchange Online, “NDRs”: .124, .133, .134 a group or mailbox not open to us, .5xx spam.
    _rule(Meaning.POLICY, r"\b5\.7\.(?:124|133|134|136)\b"),
    _rule(Meaning.CONTENT, r"\b5\.7\.(?:51[0-3]|501|502|503)\b"),
    # What many servers say; Postfix's anvil, Exim and Sendmail have the first two.
    _rule(Meaning.FREQUENCY, r"\brate limit|too many (?:mails|messages|recipients|connections)"),
    _rule(Meaning.FREQUENCY, r"too much mail|sending (?:limit|quota) exceeded|quota of sending"),
    # QQ: “Mail content denied”, “Error: content rejected”; others with spam in plain words.
    _rule(Meaning.CONTENT, r"content (?:is )?(?:denied|reject)|message content|looks like spam"),
    _rule(Meaning.CONTENT, r"(?:detected|identified|classified|considered|rejected) as spam"),
    _rule(Meaning.CONTENT, r"垃圾邮件|内容.{0,6}(?:拒|违规)", digit=5),
    # RFC 3463, section 3.3 (X.2.2); QQ 收件人空间不足; Alibaba “mailbox is full”, “Quota exceed”.
    _rule(Meaning.FULL, r"\b[45]\.2\.2\b|mail ?box (?:is )?(?:full|space not enough)|over quota"),
    _rule(Meaning.FULL, r"quota exceed|空间不足|邮箱已满|容量已满"),
    # Alibaba: 542; NetEase: “User in blacklist”, “User suspend”; RFC 3463, section 3.3 (X.2.1).
    _rule(Meaning.POLICY, r"allowed to receive email|in blacklist|user suspend|\b5\.2\.1\b"),
    # RFC 3463, section 3.2 (X.1.1) and RFC 7505 (X.1.10, a domain that takes no mail).
    _rule(Meaning.NO_MAILBOX, r"\b5\.1\.(?:1|10)\b", digit=5),
    # QQ “Mailbox not found”, NetEase “User not found” and “Invalid User”, Alibaba “dosn't exist”
    # (sic), Postfix “User unknown”, Exchange “RecipientNotFound”, qmail “no mailbox here”.
    _rule(
        Meaning.NO_MAILBOX,
        r"(?:mailbox|user|recipient|account)s? ?(?:is )?(?:not ?found|unknown)"
        r"|unknown (?:user|recipient|mailbox)|invalid (?:user|recipient|mailbox)"
        r"|no such (?:user|mailbox|recipient|account)|no mailbox here"
        r"|(?:user|mailbox|account|recipient|RCPT \S+) ?(?:does not|doesn't|dosn't|not) exist"
        r"|(?:用户|收件人|邮箱|账号|帐号)(?:不存在|未开通)",
        digit=5,
    ),
    # NetEase: 550 “User has no permission” until SMTP is switched on; Tencent: “Login Fail”.
    _rule(Meaning.LOGIN, r"user has no permission|login fail|authori[sz]ation code"),
)


def meaning_of(code: int, text: str) -> Meaning | None:
    """What a refusal with this code and text means; None where no provider's words are known."""
    return next(
        (
            rule.meaning
            for rule in _RULES
            if rule.digit in {0, code // 100} and rule.words.search(text)
        ),
        None,
    )
