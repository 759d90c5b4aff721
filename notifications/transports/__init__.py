"""How a mail leaves: SMTP, or a Maildir where no server is set. One file a transport."""
