"""Customer lifetime value in spreadsheets and in Python."""
