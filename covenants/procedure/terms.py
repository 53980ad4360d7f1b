"""The names of stages, meetings, bases of counting and profiles, as they stand in the database."""

OPINIONS, DRAFT, REVIEW, VOTE = "opinions", "draft", "review", "vote"
BACKING, NOTICE, FILING, PUBLICATION = "backing", "notice", "filing", "publication"
STAGES = (OPINIONS, DRAFT, REVIEW, VOTE, BACKING, NOTICE, FILING, PUBLICATION)
"""In the order in which they happen."""

VILLAGERS, REPRESENTATIVES, GROUP = "villagers", "representatives", "group"
RESIDENTS, RESIDENT_REPRESENTATIVES = "residents", "resident_reps"
MEETINGS = (VILLAGERS, REPRESENTATIVES, GROUP, RESIDENTS, RESIDENT_REPRESENTATIVES)

PEOPLE, HOUSEHOLDS, MEMBERS = "people", "households", "members"
"""Whom a meeting counts: people of age, one for each household, elected members."""
BASES = (PEOPLE, HOUSEHOLDS, MEMBERS)

MAKING, REVISING, REPEALING = "making", "revising", "repealing"

VILLAGE_COVENANT, GROUP_RULE, CHARTER = "village", "group", "charter"
PROFILES = (VILLAGE_COVENANT, GROUP_RULE, CHARTER)

BY_VILLAGE, BY_TOWNSHIP, BY_FILING_CLERK = "village", "township", "filing"
"""Who records a stage: the village's editors, the township's reviewers, its filing clerks."""
