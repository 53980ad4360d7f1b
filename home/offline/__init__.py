"""Reading again without a network: what a reader's browser keeps, and what makes it forget."""
