"""The demonstration's part of the story that incidents tells."""
