"""Does an earlier report still hold? What differs between it and the same report made today."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


def differences(then: Json, now: Json) -> Iterator[str]:
    """A sentence for each way in which the report *now* differs from that of *then*.

    Causes come first: tool, policy, files, facts. What differs although none of them
    does was not written by this tool.
    """
    causes = [*_causes(then, now)]
    yield from causes
    effects = [key for key in sorted({*then, *now}) if then.get(key) != now.get(key)]
    if causes:
        effects = [key for key in effects if key not in ("tool", "provenance")]
    if not effects:
        return
    before, after = _fingerprints(then), _fingerprints(now)
    told = f"of its findings {len(before - after)} are gone, and {len(after - before)} are new"
    if not causes:
        yield (
            "Content, policy, facts and tool are the same, and yet this report says something "
            f"else under {', '.join(effects)}: it was changed after it was made."
        )
    else:
        yield f"So it would say something else under {', '.join(effects)}: {told}."


def _causes(then: Json, now: Json) -> Iterator[str]:
    if then["tool"] != now["tool"]:
        versions = then["tool"]["version"], now["tool"]["version"]
        yield "It was made by citewell {}; this is {}.".format(*versions)
    old, new = then["provenance"], now["provenance"]
    for name, noun in (("policy", "The policy"), ("command", "The command")):
        if changed := _changed(old[name], new[name]):
            yield f"{noun} is another: {changed}."
    before, after = ({each["path"]: each["sha256"] for each in one["files"]} for one in (old, new))
    for path in sorted({*before, *after}):
        if path not in after:
            yield f"{path} is not there any more."
        elif path not in before:
            yield f"{path} was not there."
        elif before[path] != after[path]:
            yield f"{path} has been changed."
    if old["ledger"] != new["ledger"]:
        yield f"The facts are others: {_facts(old['ledger'])} then, {_facts(new['ledger'])} now."


def _changed(then: Any, now: Any, name: str = "") -> str:
    """What is another, by its *name*; nothing if there is none, or if only its sum is."""
    if not (isinstance(then, dict) and isinstance(now, dict)):
        return "" if then == now else f"{name + ' was ' if name else ''}{then}, and is {now}"
    keys = [key for key in sorted({*then, *now}) if then.get(key) != now.get(key)]
    named = (_changed(then.get(key), now.get(key), f"{name}.{key}".strip(".")) for key in keys)
    return "; ".join(text for text in named if text and not text.startswith("sha256"))


def _facts(seal: Json | None) -> str:
    if seal is None:
        return "no ledger"
    return f"{seal['facts']} up to {seal['newest']} (SHA-256 {seal['sha256'][:12]}…)"


def _fingerprints(report: Json) -> set[str]:
    return {finding["fingerprint"] for finding in report["findings"]}
