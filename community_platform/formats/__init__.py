"""Where Django's own dates and numbers are wrong in a language (FORMAT_MODULE_PATH)."""
