"""From what is due now to mail that has left: reminders, grouping, outbox, transports."""
