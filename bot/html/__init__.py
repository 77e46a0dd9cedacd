"""What several stages must know of markup: its flat form, what styles hide, signs of intruders."""
