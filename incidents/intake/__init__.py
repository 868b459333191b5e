"""What monitoring systems post, read into signals: one module for each form. Pure; nothing is ever fetched."""
