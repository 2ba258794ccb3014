"""Reports are data first: each is a function that reads the database and returns blocks, from which every format is made."""
