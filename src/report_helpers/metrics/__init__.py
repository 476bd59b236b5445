"""What the figures are: pure pandas on facts."""
