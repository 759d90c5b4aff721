"""Reads plan documents: what is written in them, as paragraphs and tables, with its place."""

from workflows.documents.model import Block, Document, Paragraph, Place, Table
from workflows.documents.reading import read_document

__all__ = ["Block", "Document", "Paragraph", "Place", "Table", "read_document"]
