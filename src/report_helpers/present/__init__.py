"""How results are said and drawn: blocks, tables, charts, sentences."""
