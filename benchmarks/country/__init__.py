"""A country's record: a pilot that the program itself has played, copied to very many units."""
