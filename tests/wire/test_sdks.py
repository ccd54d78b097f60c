"""Official SDKs through the sidecar: their own results are unchanged, and their own usage objects equal the rows."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from franking.demo.gateway import FakeGateway
from franking.demo.providers.figures import REPLY
from support.clients import CANARIES, has, python_script
from support.node import node_script
from support.sidecar import Sidecar, Watch, clean_environment

TEXT = "".join(REPLY)

OPENAI = """
import json
from openai import DefaultHttpxClient, OpenAI

asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}]}
told = []


def tell(text, usage):
    told.append({"text": text, "usage": usage.model_dump()})


for http2 in (False, True):
    client = OpenAI(max_retries=0, timeout=60, http_client=DefaultHttpxClient(http2=http2))
    whole = client.chat.completions.create(**asked)
    tell(whole.choices[0].message.content, whole.usage)
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    tell("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), chunks[-1].usage)
    with client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
        final = stream.get_final_completion()
    tell(final.choices[0].message.content, final.usage)
    answer = client.responses.create(model="gpt-4o-mini", input="hello")
    tell(answer.output_text, answer.usage)
    events = list(client.responses.create(model="gpt-4o-mini", input="hello", stream=True))
    tell("".join(e.delta for e in events if e.type == "response.output_text.delta"), events[-1].response.usage)
    legacy = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="hello")
    tell(legacy.choices[0].text, legacy.usage)
    vectors = client.embeddings.create(model="text-embedding-3-small", input=["hello", "you"])
    tell(str(vectors.data[1].embedding), vectors.usage)
print(json.dumps(told))
"""

ANTHROPIC = """
import json
from anthropic import Anthropic, DefaultHttpxClient

asked = {"model": "claude-sonnet-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}]}
told = []
for http2 in (False, True):
    client = Anthropic(max_retries=0, timeout=60, http_client=DefaultHttpxClient(http2=http2))
    told.append(client.messages.create(**asked))
    with client.messages.stream(**asked) as stream:
        told.append(stream.get_final_message())
print(json.dumps([{"text": each.content[0].text, "usage": each.usage.model_dump()} for each in told]))
"""

KEYS = {"OPENAI_API_KEY": CANARIES["api-key"], "ANTHROPIC_API_KEY": CANARIES["api-key"]}


def test_openai(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    told: Any = python_script(sidecar, OPENAI, environment=KEYS)
    rows = ledger.rows(len(told))
    assert [each["text"] for each in told] == ([TEXT] * 6 + ["[0.25, -0.5, 0.125, 1.0]"]) * 2
    assert [_openai_usage(each["usage"]) for each in told] == [_row_usage(row) for row in rows]
    assert [request.http_version for request in gateway.requests] == ["1.1"] * 7 + ["2"] * 7
    assert {row["status"] for row in rows} == {"ok"}
    assert all(row["cost"] > 0 and row["cost_source"] == "price-table" for row in rows)
    assert [row["streamed"] for row in rows] == [0, 1, 1, 0, 1, 0, 0] * 2


def test_anthropic(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    told: Any = python_script(sidecar, ANTHROPIC, environment=KEYS)
    rows = ledger.rows(len(told))
    assert [each["text"] for each in told] == [TEXT] * 4
    for each, row in zip(told, rows, strict=True):
        usage = each["usage"]
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        assert row["input_tokens"] == usage["input_tokens"] + read + written
        assert (row["cache_read_tokens"], row["cache_write_tokens"]) == (read, written)
        assert row["output_tokens"] == usage["output_tokens"]
        assert (row["status"], row["cost_source"]) == ("ok", "price-table")


GOOGLE = """
import json
from google import genai
from google.genai import types

told = []
client = genai.Client(http_options=types.HttpOptions(timeout=60_000))
whole = client.models.generate_content(model="gemini-2.5-flash", contents="hello")
told.append({"text": whole.text, "usage": whole.usage_metadata.model_dump()})
chunks = list(client.models.generate_content_stream(model="gemini-2.5-flash", contents="hello"))
told.append({"text": "".join(chunk.text for chunk in chunks), "usage": chunks[-1].usage_metadata.model_dump()})
print(json.dumps(told))
"""


def test_google(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    told: Any = python_script(sidecar, GOOGLE, environment={"GEMINI_API_KEY": CANARIES["api-key"]})
    assert [each["text"] for each in told] == [TEXT] * 2
    for each, row in zip(told, ledger.rows(2), strict=True):
        usage = each["usage"]
        assert row["input_tokens"] == usage["prompt_token_count"]
        assert row["output_tokens"] == usage["candidates_token_count"] + usage["thoughts_token_count"]
        assert row["cache_read_tokens"] == usage["cached_content_token_count"]
        assert row["reasoning_tokens"] == usage["thoughts_token_count"]
        assert (row["wire_format"], row["model"]) == ("gemini-generate", "gemini-2.5-flash")
        assert (row["status"], row["cost_source"]) == ("ok", "price-table")


OPENAI_NODE = """
import OpenAI from 'openai'
const client = new OpenAI({baseURL: process.env.BASE, maxRetries: 0, timeout: 15000})
const asked = {model: 'openai/gpt-4o-mini', messages: [{role: 'user', content: 'hello'}]}
const told = []
const whole = await client.chat.completions.create(asked)
told.push({text: whole.choices[0].message.content, usage: whole.usage})
const options = {stream_options: {include_usage: true}}
let text = '', usage = null
for await (const chunk of await client.chat.completions.create({...asked, ...options, stream: true})) {
  text += chunk.choices[0]?.delta.content ?? ''
  usage = chunk.usage ?? usage
}
told.push({text, usage})
const answer = await client.responses.create({model: 'openai/gpt-4o-mini', input: 'hello'})
told.push({text: answer.output_text, usage: answer.usage})
text = ''
for await (const event of await client.responses.create({model: 'openai/gpt-4o-mini', input: 'hello', stream: true})) {
  if (event.type === 'response.output_text.delta') text += event.delta
  if (event.type === 'response.completed') told.push({text, usage: event.response.usage})
}
console.log(JSON.stringify(told))
"""

ANTHROPIC_NODE = """
import Anthropic from '@anthropic-ai/sdk'
const client = new Anthropic({baseURL: process.env.BASE, maxRetries: 0, timeout: 15000})
const asked = {model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{role: 'user', content: 'hello'}]}
const told = [await client.messages.create(asked), await client.messages.stream(asked).finalMessage()]
console.log(JSON.stringify(told.map((each) => ({text: each.content[0].text, usage: each.usage}))))
"""


def base(sidecar: Sidecar, url: str) -> str:
    """Node 20's SDKs heed no proxy: the reverse listener is their base URL."""
    return f"http://127.0.0.1:{sidecar.reverse[url]}/api"


def test_openai_for_node(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    url = f"{base(sidecar, 'https://api.kilo.ai')}/openrouter"
    told = node_script(OPENAI_NODE, BASE=url, OPENAI_API_KEY=CANARIES["api-key"])
    rows = ledger.rows(4)
    assert [each["text"] for each in told] == [TEXT] * 4
    assert [_openai_usage(each["usage"]) for each in told] == [_row_usage(row) for row in rows]
    assert [row["streamed"] for row in rows] == [0, 1, 0, 1]
    for each, row in zip(told[:2], rows[:2], strict=True):
        assert row["cost_source"] == "gateway"
        assert row["reported_cost"] == round(each["usage"]["cost"] * 10**9)


def test_anthropic_for_node(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    url = base(sidecar, "https://openrouter.ai")
    told = node_script(ANTHROPIC_NODE, BASE=url, ANTHROPIC_API_KEY=CANARIES["api-key"])
    assert [each["text"] for each in told] == [TEXT] * 2
    for each, row in zip(told, ledger.rows(2), strict=True):
        usage = each["usage"]
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        assert row["input_tokens"] == usage["input_tokens"] + read + written
        assert (row["cache_read_tokens"], row["cache_write_tokens"]) == (read, written)
        assert row["output_tokens"] == usage["output_tokens"]


NODE = """
const [proxyPort, body] = process.argv.slice(1)
const connect = require('http').request({
  host: '127.0.0.1', port: proxyPort, method: 'CONNECT', path: 'api.kilo.ai:443', headers: {host: 'api.kilo.ai:443'}})
connect.on('connect', (answer, socket) => {
  const tls = require('tls').connect({socket, servername: 'api.kilo.ai'}, () => {
    const asked = require('https').request({
      createConnection: () => tls, host: 'api.kilo.ai', method: 'POST', path: '/api/openrouter/chat/completions',
      headers: {'content-type': 'application/json'}})
    asked.on('response', (got) => {
      let text = ''
      got.setEncoding('utf8').on('data', (piece) => { text += piece })
      got.on('end', () => { console.log(JSON.stringify({status: got.statusCode, text})); tls.destroy() })
    })
    asked.end(body)
  })
})
connect.end()
"""


@pytest.mark.skipif(not has("node"), reason="Node is not installed")
def test_node_with_the_extra_certificate(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path) -> None:
    body = json.dumps({"model": "openai/gpt-4o-mini", "stream": True})
    done = subprocess.run(
        ["node", "-e", NODE, str(sidecar.port), body],
        env=clean_environment(NODE_EXTRA_CA_CERTS=str(sidecar.ca_file)),
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == 200
    events = [line.removeprefix("data: ") for line in told["text"].splitlines() if line.startswith("data: {")]
    usage = json.loads(events[-1])["usage"]
    row = ledger.row()
    assert _row_usage(row) == _openai_usage(usage)


def _openai_usage(usage: dict[str, Any]) -> tuple[Any, ...]:
    """Input, output, cached, reasoning, under the names of chat or of responses."""
    given = usage.get("prompt_tokens", usage.get("input_tokens"))
    made = usage.get("completion_tokens", usage.get("output_tokens"))
    cached = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    thought = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    return given, made, cached.get("cached_tokens"), thought.get("reasoning_tokens")


def _row_usage(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["input_tokens"], row["output_tokens"], row["cache_read_tokens"], row["reasoning_tokens"]
