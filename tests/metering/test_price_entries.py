"""An entry is found by its provider and by those whose models it resells; ``test_price_table`` has the names."""

import pytest
from genai_prices.data_snapshot import get_snapshot

from franking.metering import price_entries

LIST = {one.id: one for one in get_snapshot().providers}


@pytest.mark.parametrize(
    ("without", "name", "model", "entry"),
    [
        ("", "azure", "gpt-4o-2024-08-06", "gpt-4o"),
        ("openai", "azure", "phi-4", "phi-4"),
        ("", "azure", "o3-pro-2025-06-10", "o3-pro"),
        ("openai", "azure", "o3-pro-2025-06-10", None),
        ("", "openai", "o3-pro:online:floor", "o3-pro"),
        ("openai", "openai", "o3-pro", None),
        ("", "nobody", "o3-pro", None),
    ],
)
def test_where_it_is_looked_for(without: str, name: str, model: str, entry: str | None) -> None:
    some = {key: provider for key, provider in LIST.items() if key != without}
    found = price_entries.find(some, name, model)
    assert (found.id if found else None) == entry
