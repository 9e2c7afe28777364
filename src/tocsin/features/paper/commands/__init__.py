"""What can be asked of papers: to read one as a value, and to have it made as a PDF."""

from tocsin.features.paper.commands.making import Made, make
from tocsin.features.paper.commands.reading import read

__all__ = ["Made", "make", "read"]
