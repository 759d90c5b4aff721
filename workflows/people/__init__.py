"""Who at a unit is told: lists of contacts in, forms out, changes of person and absences."""
