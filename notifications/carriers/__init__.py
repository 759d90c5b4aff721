"""What each mail provider takes and says: limits, pace and the meaning of its replies."""
