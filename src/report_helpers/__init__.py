"""MarSale Report Kit: the numbers Marketing and Sales work from, in one place."""

__version__ = "0.1.0"
