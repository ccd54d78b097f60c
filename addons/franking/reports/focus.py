"""FOCUS 1.2, the FinOps Foundation's common form of cost and usage data: a row a request, as CSV.

Which columns must be there, of what type, when empty and with which values is the specification's chapter "Columns"
(and, for machines, its requirements model 1.2.0.1); how numbers, times, tags and units are written, its "Attributes".
https://focus.finops.org/focus-specification/v1-2/

Who bills is the gateway; the project is the sub-account. A request is what is counted: one of the unit Requests
(UnitFormat). It has no unit price that a price list would know, because its tokens are priced by kind: ListUnitPrice,
ContractedUnitPrice and the Sku columns, which are for providers with such prices, are not written, and the costs are
all the billed one (ListCost, ContractedCost: "MUST match the BilledCost" where there is no unit price). InvoiceId,
which is recommended, is not written: an empty one would say that there is no invoice, and no gateway tells. The tags
are ours and not the user's, so that each key has our prefix (Tags). Tokens and what else FOCUS has no column for stands
in columns of our own, which begin with ``x_`` and come last (ColumnHandling).
A request without a known cost cannot be told in FOCUS, which has no unknown cost: it is left out, and counted.

The metadata that the specification asks for is docs/focus-metadata.json; another column or type is another schema
there, with another SchemaId.
"""

from collections.abc import Sequence

from franking.reports.columns import Column

__all__ = ["COLUMNS", "PRICED"]

PRICED = "e.cost IS NOT NULL"
"""The requests that can be told."""

_BILLER = "COALESCE(s.gateway, k.host, 'unknown')"
_MODEL = "COALESCE(k.model, k.requested_model)"
_SECOND = "'%Y-%m-%dT%H:%M:%SZ'"
_ENDS = "max(COALESCE(e.ended_at, e.started_at), e.started_at) / 1000000 + 1"
_TAGS = """json_object('franking/feature', s.feature, 'franking/user', s."user",
    'franking/organization', s.organization_id, 'franking/client', s.client, 'franking/repository', c.repository,
    'franking/branch', c.branch)"""


def _moment(name: str, sql: str) -> Column:
    """A time to the second, as text."""
    return Column(name, sql, "number", own=True)


def _cost(name: str) -> Column:
    return Column(name, "e.cost", "money", own=True)


def _word(name: str, text: str) -> Column:
    return Column(name, f"'{text}'")


_MONTH = "e.started_at / 1000000, 'unixepoch', 'start of month'"

COLUMNS: Sequence[Column] = (
    _cost("BilledCost"),
    Column("BillingAccountId", _BILLER),
    Column("BillingAccountName", _BILLER),
    _word("BillingCurrency", "USD"),
    _moment("BillingPeriodEnd", f"strftime({_SECOND}, {_MONTH}, '+1 month')"),
    _moment("BillingPeriodStart", f"strftime({_SECOND}, {_MONTH})"),
    _word("ChargeCategory", "Usage"),
    Column("ChargeClass", "NULL"),
    Column("ChargeDescription", f"'LLM request' || COALESCE(', ' || {_MODEL}, '')"),
    _word("ChargeFrequency", "Usage-Based"),
    _moment("ChargePeriodEnd", f"strftime({_SECOND}, {_ENDS}, 'unixepoch')"),
    _moment("ChargePeriodStart", f"strftime({_SECOND}, e.started_at / 1000000, 'unixepoch')"),
    Column("ConsumedQuantity", "'1.0'", "number"),
    _word("ConsumedUnit", "Requests"),
    _cost("ContractedCost"),
    _cost("EffectiveCost"),
    Column("InvoiceIssuerName", _BILLER),
    _cost("ListCost"),
    _word("PricingCategory", "Standard"),
    Column("PricingQuantity", "'1.0'", "number"),
    _word("PricingUnit", "Requests"),
    Column("ProviderName", _BILLER),
    Column("PublisherName", f"COALESCE(k.inference_provider, {_BILLER})"),
    _word("ServiceCategory", "AI and Machine Learning"),
    _word("ServiceName", "LLM inference"),
    _word("ServiceSubcategory", "Generative AI"),
    Column("SubAccountId", "s.project_id"),
    Column("SubAccountName", "s.project_id"),
    Column("Tags", _TAGS),
    Column("x_CacheReadTokens", "e.cache_read_tokens", "number", own=True),
    Column("x_CacheWriteTokens", "e.cache_write_tokens", "number", own=True),
    Column("x_CostSource", "k.cost_source"),
    Column("x_InputTokens", "e.input_tokens", "number", own=True),
    Column("x_Model", _MODEL),
    Column("x_OutputTokens", "e.output_tokens", "number", own=True),
    Column("x_ReasoningTokens", "e.reasoning_tokens", "number", own=True),
    Column("x_RequestId", "e.id", own=True),
)
"""In the order of their names; our own after them."""
