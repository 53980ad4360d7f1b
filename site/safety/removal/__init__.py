"""How people get their data corrected or taken down: the privacy page and the form for requests.

What is asked stays private: it is in no index and no public page, and goes some days after it was
answered. The inbox of those who answer stands in `editorial`.
"""
