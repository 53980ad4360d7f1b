"""Home page, features, situations and footer."""

from .feature import FeatureIndexPage, FeaturePage, FeatureTag
from .home import Footer, HomePage
from .situation import Situation

__all__ = ["FeatureIndexPage", "FeaturePage", "FeatureTag", "Footer", "HomePage", "Situation"]
