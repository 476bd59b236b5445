"""The teams' page: what is asked, owed and answered, for people who use no terminal."""
