"""Addresses: ``Route("/things/{name:any}")`` takes whatever a name is made of, line breaks too; and which are ours."""

from starlette.convertors import Convertor, register_url_convertor

__all__ = ["Any", "own"]


class Any(Convertor[str]):
    """Every text, slashes as well; ``path`` would stop at a line break."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        """As it is."""
        return value

    def to_string(self, value: str) -> str:
        """As it is."""
        return value


register_url_convertor("any", Any())


def own(there: str) -> str:
    """An address on this dashboard, and nowhere else."""
    return there if there.startswith("/") and not there.startswith(("//", "/\\")) and there.isprintable() else "/"
