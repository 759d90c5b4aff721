"""The rules and the record. Knows nothing of SMTP, HTTP or the timer."""
