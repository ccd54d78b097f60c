"""The options of budgets: what is assumed for the check of hard ones, and where alerts go."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from franking.settings_section import Section

__all__ = ["Alert", "Budgets"]


class Budgets(Section):
    """What a request is taken to cost, before its answer tells, where its model's price is not known.

    input_price, output_price: US dollars for a million tokens. output_tokens: where it names no bound.
    """

    input_price: Decimal = Field(ge=0, le=10_000, max_digits=14, decimal_places=9)
    output_price: Decimal = Field(ge=0, le=10_000, max_digits=14, decimal_places=9)
    output_tokens: int = Field(ge=0, le=10_000_000)

    @property
    def assumed(self) -> Mapping[str, int]:
        """The same as nano-dollars and tokens."""
        prices = {"input_price": self.input_price, "output_price": self.output_price}
        return {name: int(price * 10**9) for name, price in prices.items()} | {"output_tokens": self.output_tokens}


class Alert(Section):
    """A channel for alerts. kind: ``dashboard`` and ``terminal`` there are always.

    url: of a webhook, or any that apprise knows; a secret, as is secret, by which a webhook's calls are signed.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    kind: Literal["desktop", "webhook", "url"]
    url: SecretStr | None = None
    secret: SecretStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        url = self.url.get_secret_value() if self.url else ""
        if self.name in ("dashboard", "terminal"):
            raise ValueError(f"the channel {self.name} is always there; choose another name")
        if self.kind == "webhook" and not re.fullmatch(r"https?://[^\s/@?#]+(/\S*)?", url):
            raise ValueError("a webhook needs a url, such as https://example.com/hook")
        if self.kind == "url" and not re.match(r"[a-z][a-z0-9+]*://", url):
            raise ValueError("expected a url that apprise knows, such as slack://…")
        if self.kind == "desktop" and url:
            raise ValueError("a desktop channel takes no url")
        if self.secret is not None and self.kind != "webhook":
            raise ValueError("only a webhook is signed by a secret")
        return self
