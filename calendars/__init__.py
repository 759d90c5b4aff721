"""An assignment → an iCalendar entry → a feed. Sends nothing."""
