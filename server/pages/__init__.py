"""What is here to be read: things, records, vocabulary, questions, and the ways to find them."""
