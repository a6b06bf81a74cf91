#!/usr/bin/env python3
"""Makes models.tsv, the catalogue that ships inside TokenThrift, from an export of models.dev.

Usage: make_snapshot.py models-dev.jsonl --commit f3fc69229 --date 2026-07-02 > models.tsv

The export holds one JSON object a line: the TOML of one model at one vendor plus `provider_name`, prices in USD per
million tokens. Only facts are taken: ids, prices, limits, capabilities. What the export does not say stays empty, and an
empty price is an unknown price. Prices become whole pico-USD a token (USD per million tokens times 1,000,000).
"""
import argparse
import json
import re
import sys
from decimal import Decimal

# Vendors by the export's display name: our short name, and whether it hosts others' models (then an id that the lab's
# own endpoint also has is written vendor/id).
VENDORS = {
    "OpenAI": ("openai", False), "Anthropic": ("anthropic", False), "Google": ("google", False),
    "Mistral": ("mistral", False), "xAI": ("xai", False), "Cohere": ("cohere", False), "DeepSeek": ("deepseek", False),
    "Alibaba": ("alibaba", False), "MiniMax (minimax.io)": ("minimax", False), "Moonshot AI": ("moonshotai", False),
    "Z.AI": ("zai", False), "Zhipu AI": ("zhipuai", True), "Llama": ("llama", True), "Amazon Bedrock": ("bedrock", True),
    "Azure": ("azure", True), "Vertex": ("vertex", True),
}

# Zero means "free" only where the vendor publishes it; any other zero is a gap in the export and becomes unknown.
FREE = {"glm-4.5-flash", "glm-4.7-flash"}

# Not for conversation: pictures, speech, live sessions, translation and recognition endpoints, a router's surcharge.
SKIPPED = re.compile(r"image|tts|realtime|asr|livetranslate|qwen-mt|model-router")

# Published facts that the export leaves to a base model which it does not hold (ai.google.dev/gemini-api/docs/models).
BASE = {
    "gemini-2.5-pro": {
        "name": "Gemini 2.5 Pro", "family": "gemini-pro", "limit": {"context": 1048576, "output": 65536}, "tool_call": True,
        "structured_output": True, "reasoning": True, "temperature": True,
        "modalities": {"input": ["text", "image", "audio", "video", "pdf"], "output": ["text"]},
    },
}

CAPABILITIES = "tools structured vision audio files reasoning temperature embeddings"


def pico(value):
    return None if value is None else int((Decimal(value) * 1_000_000).to_integral_value(rounding="ROUND_HALF_UP"))


def prices(cost, model_id):
    """input, output, cached input, cache write, reasoning."""
    given = [pico(cost.get("input")), pico(cost.get("output")),
             pico(cost.get("cache_read", cost.get("cached_input"))), pico(cost.get("cache_write", cost.get("cached_write"))),
             pico(cost.get("reasoning"))]
    free, embeds = model_id in FREE, "embed" in model_id
    # An embedding has no output tokens, so there zero is the price.
    given = [v if v or (free and v == 0) or (embeds and i == 1) else None for i, v in enumerate(given)]
    # A write below the input price is a slip of the export (no vendor sells it); without it the input price holds.
    if given[3] is not None and given[0] and given[3] < given[0]:
        given[3] = None
    return given


def words(given):
    return ",".join("" if v is None else str(v) for v in given).rstrip(",")


def origin_key(row):
    return re.sub(r"^[a-z-]+/", "", row.get("base_model") or row["id"]).lower()


def inherit(row, index):
    """The export leaves out what a model has in common with its base model; take it from another vendor's entry."""
    merged = dict(row)
    for other in [BASE.get(origin_key(row), {})] + index.get(origin_key(row), []) + index.get(row["id"].lower(), []):
        same_model = origin_key(other) == origin_key(row) if "id" in other else True
        for key in ("limit", "modalities", "tool_call", "structured_output", "reasoning", "temperature", "attachment", "name", "family"):
            if key == "name" and (not same_model or other.get("id", row["id"]) != row["id"]):
                continue
            if merged.get(key) is None and other.get(key) is not None and key not in row.get("base_model_omit", []):
                merged[key] = other[key]
    return merged


def capabilities(row):
    inputs = (row.get("modalities") or {}).get("input", [])
    flags = {"tools": row.get("tool_call"), "structured": row.get("structured_output"), "vision": "image" in inputs,
             "audio": "audio" in inputs, "files": "pdf" in inputs, "reasoning": row.get("reasoning"),
             "temperature": row.get("temperature"), "embeddings": "embed" in row["id"]}
    return " ".join(name for name in CAPABILITIES.split() if flags[name])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--commit", required=True)
    parser.add_argument("--date", required=True)
    args = parser.parse_args()
    with open(args.file, encoding="utf-8") as lines:
        rows = [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]

    index, out, taken = {}, [], {}
    for row in rows:
        index.setdefault(row["id"].lower(), []).append(row)
        index.setdefault(origin_key(row), []).append(row)

    names = [row["provider_name"] for row in rows]
    if unknown := set(names) - set(VENDORS):
        sys.exit(f"unknown vendors: {sorted(unknown)}")

    for row in sorted(rows, key=lambda r: (VENDORS[r["provider_name"]][1], list(VENDORS).index(r["provider_name"]), r["id"])):
        vendor, hosts = VENDORS[row["provider_name"]]
        row = inherit(row, index)
        outputs = (row.get("modalities") or {}).get("output", ["text"])
        if SKIPPED.search(row["id"]) or "text" not in outputs:
            continue
        model_id = row["id"]
        if model_id.lower() in taken:
            if not hosts:
                sys.exit(f"{model_id} twice: {taken[model_id.lower()]}, {vendor}")
            model_id = f"{vendor}/{model_id}"
        taken[model_id.lower()] = vendor
        limit = row.get("limit") or {}
        cost = row.get("cost") or {}
        tiers = [f"{t['tier']['size']}:{words(prices(t, row['id']))}" for t in sorted(cost.get("tiers", []), key=lambda t: t["tier"]["size"])]
        out.append("\t".join([
            model_id, vendor, row.get("name") or "", row.get("family") or "", words(prices(cost, row["id"])), ";".join(tiers),
            str(limit.get("context") or ""), str(limit.get("input") or ""), str(limit.get("output") or ""), capabilities(row),
            "deprecated" if row.get("status") == "deprecated" else ""]))

    print(f"# Model facts from models.dev (https://models.dev, MIT licence, copyright (c) models.dev contributors), commit {args.commit}.")
    print(f"# date={args.date}")
    print("# Made by make_snapshot.py; prices in pico-USD a token: input,output,cached input,cache write,reasoning; tiers as above:prices.")
    print("# id\tvendor\tname\tfamily\tprices\ttiers\tcontext\tmax input\tmax output\tcapabilities\tstatus")
    print("\n".join(out))


if __name__ == "__main__":
    main()
