"""How the tables of analytics are made."""
