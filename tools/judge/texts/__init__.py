"""What is said, in both languages: advice, and the words of a report that belong to no mistake."""
