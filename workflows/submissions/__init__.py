"""Who has already reported: tables that an office kept before it began with Duban."""
