"""A real SMTP server in this process, in a thread of its own.

It can ask for STARTTLS, implicit TLS and AUTH, and can be told how to misbehave at any step:
`server.answers["RCPT:someone@example.org"] = "550 no such mailbox"`. The steps are `GREETING`,
`EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT`, `DATA` (before 354), `BODY` (after 354, before the
final dot), `DOT` (after it), `RSET` and `QUIT`; from `RCPT` to `DOT` also with the recipient, as
above. An answer is a reply, DROP or HANG. The server can also be slow, narrow (few connections),
small (mails over a size), announce PIPELINING (and notes who does not wait for its replies) and
take content for nobody.
"""

from tests.support.smtp.behaviour import DROP, HANG
from tests.support.smtp.server import MailServer

__all__ = ["DROP", "HANG", "MailServer"]
