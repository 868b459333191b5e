"""A demonstration of many services: copies of those that were told, written in bulk, in the same form as real ones."""

from readiness.management.demonstration.crowd.enlarging import enlarge

__all__ = ["enlarge"]
