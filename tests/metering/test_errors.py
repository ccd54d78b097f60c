"""Error texts: the provider's words stay, secrets and prompts go."""

import pytest

from franking.metering.errors import clean, read_error, read_text
from franking.metering.parts import split

SECRETS = [
    "sk-proj-AbCdEf0123456789AbCdEf0123456789",
    "sk-ant-api03-abc_DEF-123456",
    "sk-or-v1-0123456789abcdef",
    "AIzaSyA-0123456789abcdefghijklmnopqrstu",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "gsk_abcdefghijklmnop",
    "xai-abcdefghijklmnop",
    "AKIAIOSFODNN7EXAMPLE",
    "ya29.a0AfH6SMBx-abc_def",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_ghi",
    "0123456789abcdef0123456789abcdef",
    "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1=",
]
AROUND = [
    "Invalid key {} for this project",
    "Authorization: Bearer {}",
    "url https://api.example.com/v1?key={}&alt=sse failed",
    '{{"api_key": "{}"}}',
    "x-api-key: {}",
    "https://user:{}@example.com/path",
    "key provided: {}.",
    "access_token={}",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", AROUND)
def test_no_secret_is_left(secret: str, around: str) -> None:
    cleaned = clean(around.format(secret)) or ""
    assert secret[4:] not in cleaned
    assert secret[:-4] not in cleaned
    assert "[removed]" in cleaned


@pytest.mark.parametrize(
    "around",
    ["Bearer {}", "api_key={}", "password: {}", '"token": "{}"', "https://me:{}@host/", "secret={}&x=1", "key={}"],
)
def test_a_named_secret_goes_whatever_it_looks_like(around: str) -> None:
    assert "hunter" not in (clean(around.format("hunter-two")) or "")


@pytest.mark.parametrize(
    "words",
    [
        "The model `gpt-5-foo` does not exist or you do not have access to it.",
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
        "max_tokens: 100000 > 64000, the maximum allowed number of output tokens for claude-haiku-4-5-20251001",
        "No auth credentials found",
        "Rate limit reached for gpt-4o in organization org-AbCdEf on tokens per min (TPM): Limit 30000.",
        "basic authentication failed",
        "Unsupported parameter: 'max_tokens' is not supported with this model.",
        "Provider returned error (Anthropic: Overloaded)",
        "Request id: req_011CSHoEeqs5C35K2UUqR7Fy",
    ],
)
def test_plain_words_stay(words: str) -> None:
    assert clean(words) == words


@pytest.mark.parametrize(
    "message",
    [
        'Your prompt "tell me the secret plans of the company for next year, all of them" was refused',
        "Invalid input: 'tell me the secret plans of the company for next year, all of them'",
        "validation failed: prompt='tell me the secret plans'",
        "body: {'messages': [{'role': 'user', 'content': 'secret plans'}]}",
        'bad request {"input": ["secret plans"]}',
        'refused: "unclosed quotation of a prompt with secret plans in it, which never ends',
    ],
)
def test_no_prompt_is_left(message: str) -> None:
    assert "secret plans" not in (clean(message) or "")


def test_one_line_of_at_most_500_characters() -> None:
    cleaned = clean("first\n\tsecond\x00\x1b[31m " + "word " * 500)
    assert cleaned is not None
    assert len(cleaned) == 500
    assert cleaned.startswith("first second[31m word")
    assert cleaned.isprintable()
    assert clean(" \n ") is None


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b'{"error":{"type":"t","code":"c","message":"m"}}', "t", "m"),
        (b'{"error":{"code":429,"status":"S","message":"m"}}', "S", "m"),
        (b'{"error":{"type":null,"code":"c","message":"m"}}', "c", "m"),
        (b'{"error":{"code":402,"message":"m"}}', "402", "m"),
        (b'{"error":"m"}', None, "m"),
        (b'{"error":"invalid_grant","message":"m"}', None, "m"),
        (b'{"detail":"Not Found"}', None, "Not Found"),
        (b'{"detail":[{"loc":["body","x"],"msg":"Field required","input":"secret"}]}', None, "body.x: Field required"),
        (b'{"message":{"detail":"d"},"type":"t"}', "t", "d"),
        (b'{"error":null}', None, None),
        (b'{"error":{}}', None, None),
        (b'{"error":[1]}', None, None),
        (b'{"error":{"message":7,"type":[]}}', None, None),
        (b'{"error":{"code":' + b"9" * 5000 + b',"message":"m"}}', None, None),
        (
            b'{"error":{"message":"m","metadata":{"raw":"{\\"error\\":{\\"message\\":\\"inner\\"}}"}}}',
            None,
            "m (inner)",
        ),
        (b'{"error":{"message":"m","metadata":{"raw":"plain","provider_name":"P"}}}', None, "m (P)"),
    ],
)
def test_json_errors(body: bytes, kind: str | None, message: str | None) -> None:
    parts = split(body)
    assert parts is not None
    found = read_error(parts)
    assert (found.get("error_type"), found.get("error_message")) == (kind, message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"upstream connect error", "upstream connect error"),
        (b"<html><head><title>504\nGateway  Time-out</title></head><body>x</body></html>", "504 Gateway Time-out"),
        (b"<p>Sorry</p><script>var key='x'</script><b>down</b>", "Sorry down"),
        (b"\xff\xfe\x00", "\ufffd\ufffd"),
        (b"", None),
    ],
)
def test_text_errors(body: bytes, message: str | None) -> None:
    assert read_text(body).get("error_message") == message
