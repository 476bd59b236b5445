"""What people of both teams write and agree."""
