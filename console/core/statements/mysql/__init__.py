"""MySQL's and MariaDB's grammar: their statements to the same operations that PostgreSQL's become."""
