"""Russian months stand in the genitive: "24 октября", not Django's "24 Октябрь"."""

MONTH_DAY_FORMAT = "j E"
YEAR_MONTH_FORMAT = "E Y г."  # after a preposition: "На сайте с октября 2026 г."
