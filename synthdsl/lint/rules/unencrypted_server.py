"""`unencrypted-server`: a key that everybody on the way can read."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, plain


def look(subject: Subject) -> Iterator[Finding]:
    for model in subject.models:
        base = plain(dict(model.arguments).get("base_url"))
        host = urlsplit(base).hostname or "" if isinstance(base, str) and base.startswith("http://") else ""
        if host and not _is_near(host):
            message = f"Calls of '{model.name}' go to {host} unencrypted, with the key."
            yield Finding(model.span, message, ("`https://` hides both from the network.",))


def _is_near(host: str) -> bool:
    if host == "localhost" or host.endswith((".local", ".internal")) or "." not in host:
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


RULE = Rule("L0106", look)
