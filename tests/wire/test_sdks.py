"""Official SDKs through the sidecar: their own results are unchanged, and their own usage objects equal the rows."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from franking.demo.gateway import FakeGateway
from franking.demo.providers.figures import REPLY
from support.clients import CANARIES, has, python_script
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
    client = OpenAI(max_retries=0, timeout=15, http_client=DefaultHttpxClient(http2=http2))
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
    client = Anthropic(max_retries=0, timeout=15, http_client=DefaultHttpxClient(http2=http2))
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
        cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False,
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
