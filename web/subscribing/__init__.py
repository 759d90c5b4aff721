"""The page that makes subscribing easy, and what calendar programs need to be told."""
