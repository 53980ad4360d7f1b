"""Home page, features and footer."""

from .feature import FeatureIndexPage, FeaturePage, FeatureTag
from .home import Footer, HomePage

__all__ = ["FeatureIndexPage", "FeaturePage", "FeatureTag", "Footer", "HomePage"]
