"""How a rule is made: meetings and their figures, stages and their order. Knows no Django.

Findings are codes with numbers; `covenants.ledger_words` puts them into sentences.
"""
