"""What is said of one thing, in the forms that leave the house: descriptions, JSON-LD, schema.org, vocabulary pages."""
