"""Layouts: the shipped ones, a user's own, those of --map; recognised by their header."""

from pathlib import Path

import pytest

from franking.ledger.imports import layouts
from franking.ledger.imports.layouts import Layout
from franking.ledger.schema import COLUMNS
from franking.settings import SettingsError

OPENROUTER = (
    "generation_id,created_at,cost_total,cost_web_search,cost_cache,cost_file_processing,byok_usage_inference,"
    "tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,"
    "streamed,user,finish_reason_raw,finish_reason_normalized,generation_time_ms,time_to_first_token_ms"
)
HEADERS = {
    "franking-rows": ",".join((*COLUMNS, "bucket")),
    "franking-requests": ",".join(COLUMNS),
    "franking-costs": "day,model,cost,average_cost,requests,unpriced,errors,running,users,input_tokens",
    "kilo-usage": "Date,Model,User,Cost (USD),Requests,Input Tokens,Output Tokens",
    "kilo-profile": "date,model,total_cost,request_count,total_input_tokens,total_output_tokens",
    "kilo-requests": "id,kilo_user_id,cost,input_tokens,output_tokens,created_at,provider,model",
    "openrouter-activity": OPENROUTER,
    "openrouter-daily": "date,model,model_permaslug,endpoint_id,usage,byok_usage_inference,requests,prompt_tokens",
}


@pytest.mark.parametrize(("name", "header"), HEADERS.items())
def test_each_is_recognised_by_its_header(name: str, header: str) -> None:
    for columns in (header.split(","), header.upper().split(",")):
        found = layouts.recognised(layouts.load(), columns)
        assert found is not None
        assert found.name == name


def test_every_shipped_layout_is_tried() -> None:
    assert {layout.name for layout in layouts.load()} == set(HEADERS)
    assert layouts.recognised(layouts.load(), ["Date", "Estimated Market Cost (USD)", "Requests"]) is None


def test_the_users_own_go_before(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = (
        '[[layout]]\nname = "{}"\nkind = "totals"\nheader = ["Spend"]\n'
        '[layout.columns]\nSpend = "cost"\nDay = "day"\nN = "requests"\n'
    )
    file.write_text(text.format("mine") + text.format("kilo-usage"))
    found = layouts.load(file)
    assert [layout.name for layout in found][:2] == ["mine", "kilo-usage"]
    assert [layout.name for layout in found].count("kilo-usage") == 1
    assert layouts.recognised(found, ["spend", "day"]) == found[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[layout]]", "own.toml: layout.0.: Object missing required field"),
        ('[[layout]]\nname = "x"\nkind = "rows"', "kind"),
        ('[[layout]]\nname = "x"\nkind = "totals"\nunit = "dollars"', "unit"),
        ('[[layout]]\nname = "x"\nkind = "totals"\n[layout.columns]\nA = "price"', "'price' is no field of totals"),
        ('[[layout]]\nname = "x"\nkind = "totals"\n[layout.columns]\nA = "day"', "none is requests"),
        ('[[layout]]\nname = "x"\nkind = "totals"\n[layout.columns]\nA = "requests"', "none is one of hour, day"),
        ('[[layout]]\nname = "x"\nkind = "requests"\n[layout.columns]\nA = "cost"', "none is started_at"),
        ('[[layout]]\nname = "x"\nkind = "requests"\nsame = true\nzone = "Mars"', "'Mars' is no time zone"),
        ("[layout", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=says):
        layouts.load(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ledger\.layouts names it"):
        layouts.load(tmp_path / "none.toml")


def test_maps_stand_before_the_layouts_own_columns() -> None:
    kilo = next(layout for layout in layouts.load() if layout.name == "kilo-usage")
    found = layouts.mapped(kilo, ["Mode=feature", "Total=cost:micro-dollars"])
    assert found.cost == "micro-dollars"
    assert found.named(["Mode", "Feature", "Total", "Cost (USD)", "Date"]) == {
        "Mode": "feature", "Total": "cost", "Date": "day",
    }  # fmt: skip


def test_maps_alone_are_a_layout() -> None:
    found = layouts.mapped(None, ["When=started_at:seconds", "a=b=cost"])
    assert (found.kind, found.time) == ("requests", "seconds")
    assert found.named(["when", "a=b", "model", "x"]) == {"when": "started_at", "a=b": "cost", "model": "model"}
    assert layouts.mapped(None, ["n=requests", "d=day"]).kind == "totals"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("cost", "expected COLUMN=FIELD"),
        ("=cost", "expected COLUMN=FIELD"),
        ("a=", "expected COLUMN=FIELD"),
        ("a=price", "'price' is no field of requests"),
        ("a=cost:euros", "euros"),
    ],
)
def test_a_wrong_map_is_told(said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        layouts.mapped(None, [said])


def test_a_layout_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Layout(name="x", kind="totals").name = "y"  # type: ignore[misc]
