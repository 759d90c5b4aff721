"""What providers mean by their replies, whatever the first digit of the code says."""

import pytest

from notifications.carriers.replies import Meaning, meaning_of

SAID = [
    (Meaning.FREQUENCY, [
        (550, "Ip frequency limited"), (550, "Domain frequency limited"),
        (550, "Sender frequency limited"), (550, "Connection frequency limited"),
        (550, "Connection denied"), (550, "5.7.1 该域名当日发信量已达上限"),
        (550, "您的发信频率超过限制"), (535, "登录频率限制"),
        (421, "HL:ICC 163 mx1"), (421, "HL:IFC 163 mx1"), (450, "MI:DMC 163 smtp2"),
        (451, "MI:SFQ 163 smtp7,C8Cow"), (450, "RP:DRC 163 smtp5"), (451, "RP:QRC 163 smtp5"),
        (550, "MI:STC 163 smtp8"),
        (554, "Reject by behaviour spam at Rcpt State ANTISPAM_BAT: too frequently sending"),
        (454, "Transient reject by behaviour spam at DATA State: currently unexpected sending"),
        (505, "the total of RCPTs is achieved the maximum threshold"),
        (504, "the number of RCPT attempts is achieved the maximum threshold"),
        (432, "4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/x"),
        (432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"),
        (554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"),
        (421, "4.4.2 Message submission rate for this client has exceeded the configured limit"),
        (421, "4.3.2 The maximum number of concurrent connections has exceeded a limit"),
        (451, "4.7.500 Server busy. Please try again later"),
        (550, "5.7.705 Access denied, tenant has exceeded threshold"),
        (450, "4.7.1 Error: too many mails from 192.0.2.1"),
        (450, "4.7.1 Error: too much mail from 192.0.2.1"),
        (421, "4.7.0 rate limit exceeded"), (421, "4.3.2 too many connections"),
    ]),
    (Meaning.CONTENT, [
        (554, "DT:SPM 163 smtp5"), (451, "DT:SPM 163 smtp5, please try again"),
        (550, "Mail content denied"), (550, "Error: content rejected"),
        (554, "Reject by content spam at DATA State"), (554, "5.7.1 it looks like spam"),
        (550, "5.7.501 Access denied, spam abuse detected"), (550, "疑似垃圾邮件"),
    ]),
    (Meaning.NO_MAILBOX, [
        (550, "Mailbox not found"), (550, "No such user"), (550, "User not found: a@b.example"),
        (550, "Invalid User"), (554, "RCPT (a@b.example) dosn't exist"),
        (550, "5.1.1 <a@b.example>: Recipient address rejected: User unknown"),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound"), (550, "用户不存在"),
        (550, "sorry, no mailbox here by that name"),
    ]),
    (Meaning.FULL, [
        (552, "mailbox is full"), (452, "4.2.2 mailbox full"), (550, "收件人空间不足"),
        (554, "5.2.2 mailbox full"), (552, "Quota exceed the hard limit for user"),
        (550, "Mailbox unavailable or access denied"), (550, "Recipient frequency limited"),
    ]),
    (Meaning.POLICY, [
        (542, "This account isn't allowed to receive email"), (550, "User in blacklist"),
        (550, "User suspend"), (550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup"),
    ]),
    (Meaning.LOGIN, [
        (550, "User has no permission"), (535, "Login Fail. Please enter your authorization code"),
        (451, "Requested mail action not taken: too much fail authentication"),
        (550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
        (535, "5.7.139 Authentication unsuccessful"),
    ]),
    (None, [
        (450, "busy"), (450, "4.2.0 greylisted, try again in 300 seconds"), (550, "no"),
        (554, "5.7.1 Relay access denied"), (552, "5.3.4 message too large"),
        (450, "4.1.1 mailbox unknown at present"), (421, "closing down"), (501, "syntax error"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("meaning", "code", "text"),
    [(meaning, *reply) for meaning, replies in SAID for reply in replies],
)
def test_the_words_say_what_is_meant(meaning: Meaning | None, code: int, text: str) -> None:
    assert meaning_of(code, text) is meaning
