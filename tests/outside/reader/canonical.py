"""Canonical JSON (RFC 8785 without fractions): bytes to values and back.

Invariant: `parse` returns a value only if writing that value again gives the very bytes that were read. Size and
nesting are looked at before anything is parsed, so that a hostile file costs no more than a pass over its bytes.
"""

import json
import operator

from .refusal import Refused

LARGEST = 2**53 - 1
DEEPEST = 16
BUNDLE_BYTES = 16 * 1024 * 1024
LEAF_BYTES = 512 * 1024
METADATA_BYTES = 256 * 1024

_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode


def parse(data, limit, where):
    """The value of canonical bytes, or a refusal by `shape`."""
    if len(data) > limit:
        raise Refused("shape", f"{where}: over {limit} bytes")
    _check_nesting(data, where)
    try:
        value = _read(data.decode("utf-8"))
        same = _write(value).encode("utf-8") == data
    except (ValueError, RecursionError) as error:
        raise Refused("shape", f"{where}: not canonical JSON ({error})") from None
    if not same:
        raise Refused("shape", f"{where}: not the canonical bytes of what it says")
    if b"\\u0000" in data.replace(b"\\\\", b""):
        raise Refused("shape", f"{where}: holds U+0000")
    return value


def dumps(value):
    """The canonical bytes of a value."""
    return _write(_sorted(value)).encode("utf-8")


def _sorted(value):
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=_order)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def _order(key):
    """RFC 8785 sorts names by their UTF-16 code units; a lone surrogate has no such form and raises."""
    return key.encode("utf-16-be")


def _object(pairs):
    names = [name for name, _ in pairs]
    if not all(map(str.isascii, names)):
        names = [_order(name) for name in names]
    if not all(map(operator.lt, names, names[1:])):
        raise ValueError("names twice or out of order")
    return dict(pairs)


def _integer(text):
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError("integer out of range")
    return int(text)


def _no_number(text):
    raise ValueError("fraction, exponent or no number")


_read = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number,
).decode


def _check_nesting(data, where):
    """Depth of brackets outside strings, counted without a parser: each pass removes the innermost pairs."""
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    if b'"' in plain:
        plain = b"".join(plain.split(b'"')[::2])
    brackets = plain.translate(bytes.maketrans(b"{}", b"[]"), delete=_NO_BRACKET)
    for _ in range(DEEPEST):
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise Refused("shape", f"{where}: nested over {DEEPEST} deep, or brackets that do not close")


_NO_BRACKET = bytes(byte for byte in range(256) if byte not in b"[]{}")
