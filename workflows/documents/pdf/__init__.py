"""Reads PDF files: characters and ruled lines by their places, put together to text and tables."""
