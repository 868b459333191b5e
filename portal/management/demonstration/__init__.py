"""The demonstration's story: people and teams here, and how every app's part of it is told."""
