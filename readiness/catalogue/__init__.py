"""The catalogue as it ships: reviews, recurring checks, ownership domains and overlaps."""
