"""What an article page says: title, time, people, body."""
