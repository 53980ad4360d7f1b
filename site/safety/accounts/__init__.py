"""Signing in: attempts that are throttled, a second factor, sessions one can see and end.

Knows nothing of places and roles: `editorial` tells who needs a second factor, and who may help
whom.
"""
