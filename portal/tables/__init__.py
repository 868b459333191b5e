"""The portal's lists."""
