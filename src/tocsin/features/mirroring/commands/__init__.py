"""What is asked of peers, what they answered, and what they tell of themselves."""
