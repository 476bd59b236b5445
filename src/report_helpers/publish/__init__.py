"""How reports reach their readers: run, screen, paper, checks."""
