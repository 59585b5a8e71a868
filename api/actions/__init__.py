"""What a person may do with a case, as forms: which fields, what would come of it, and doing it once."""
