"""The words of the page: ids, times, digests, names, and how to demand an object of exactly certain names.

Invariant: a checker takes a parsed value and its place, and returns the value or refuses by `shape`; nothing is
corrected, trimmed or guessed.
"""

import base64
import re
from datetime import datetime, timedelta, timezone

from .refusal import Refused, demand

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
NAME = "[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*"
ROLES = ("ADMIN", "ANALYST", "APPROVER", "VIEWER")
TIERS = ("high", "medium", "low")
WHITE_SPACE = "".join(map(chr, (*range(9, 14), 32, 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288)))
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def matching(pattern, what, most=None):
    """A checker of texts that the whole of a pattern describes."""
    whole = re.compile(pattern, re.ASCII)

    def check(value, where):
        fits = type(value) is str and (most is None or len(value) <= most) and whole.fullmatch(value)
        demand(fits, "shape", f"{where}: not {what}")
        return value

    return check


uuid = matching(UUID, "a UUID v7 in lower case")
digest = matching("[0-9a-f]{64}", "a SHA-256 in lower-case hex")
nonce = matching("[0-9a-f]{32}", "32 hex digits")
tenant = matching("[a-z0-9][a-z0-9-]{0,62}|_workspace", "a tenant")
actor = matching(f"(?:person|service)/{UUID}|system", "an actor")
person = matching(f"person/{UUID}", "a person")
environment = matching("[a-z0-9-]{1,64}", "the name of an environment")
document = matching("[A-Za-z0-9._-]{1,128}", "the name of a document")
action = matching(r"[a-z_]{1,64}\.[a-z_]{1,64}", "an action")


def instant(value, where):
    """A time of the page's one spelling that is a real date."""
    found = _TIME.fullmatch(value) if type(value) is str else None
    demand(found, "shape", f"{where}: not a time")
    try:
        datetime(*map(int, found.groups()))
    except ValueError:
        raise Refused("shape", f"{where}: no real date") from None
    return value


_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{6})Z")


def microseconds(time):
    """A checked time as a number, for the few places that subtract."""
    read = datetime(*map(int, _TIME.fullmatch(time).groups()), tzinfo=timezone.utc)
    return (read - EPOCH) // MICROSECOND


def decode64(value, where, size=None, check="shape"):
    """Bytes of strict base64: decode, encode, compare."""
    demand(type(value) is str, check, f"{where}: no text")
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
    except ValueError:
        raise Refused(check, f"{where}: not base64") from None
    demand(base64.b64encode(data).decode() == value, check, f"{where}: not strict base64")
    demand(size is None or len(data) == size, check, f"{where}: not {size} bytes")
    return data


def key64(value, where):
    """A raw public key in base64; whether it is a point is asked where it is used."""
    decode64(value, where, 32)
    return value


def signature64(value, where):
    """A raw signature in base64."""
    decode64(value, where, 64)
    return value


def text(value, where):
    """Any text."""
    demand(type(value) is str, "shape", f"{where}: no text")
    return value


def title(value, where):
    """The title of a person, tenant or group: 1 to 128 code points."""
    demand(type(value) is str and 1 <= len(value) <= 128, "shape", f"{where}: not a title of 1 to 128 code points")
    return value


def reason(value, where):
    """A reason where one is required: 1 to 2000 code points after trimming."""
    demand(type(value) is str, "shape", f"{where}: no text")
    demand(1 <= len(value.strip(WHITE_SPACE)) <= 2000, "shape", f"{where}: not a reason of 1 to 2000 characters")
    return value


def count(value, where):
    """An integer from 0 on; true and false are none."""
    demand(type(value) is int and value >= 0, "shape", f"{where}: not a number from 0 on")
    return value


def positive(value, where):
    """An integer from 1 on."""
    demand(type(value) is int and value >= 1, "shape", f"{where}: not a number from 1 on")
    return value


def boolean(value, where):
    """true or false."""
    demand(type(value) is bool, "shape", f"{where}: neither true nor false")
    return value


def one_of(*allowed):
    """A checker of a closed set, types included."""

    def check(value, where):
        known = any(type(value) is type(one) and value == one for one in allowed)
        demand(known, "shape", f"{where}: not one of {allowed}")
        return value

    return check


def optional(inner):
    """A checker that also takes null."""
    return lambda value, where: None if value is None else inner(value, where)


def list_of(inner, most=None):
    """A checker of lists."""

    def check(value, where):
        demand(type(value) is list, "shape", f"{where}: no list")
        demand(most is None or len(value) <= most, "shape", f"{where}: more than {most}")
        for position, item in enumerate(value):
            try:
                inner(item, "")
            except Refused as refused:
                raise Refused(refused.check, f"{where}[{position}]{refused.detail}") from None
        return value

    return check


def ascending(inner):
    """A checker of lists that are sorted and hold nothing twice."""
    checked = list_of(inner)

    def check(value, where):
        checked(value, where)
        demand(all(a < b for a, b in zip(value, value[1:])), "shape", f"{where}: not sorted, or something twice")
        return value

    return check


def exactly(fields):
    """A checker of objects with exactly these names."""

    def check(value, where):
        demand(type(value) is dict, "shape", f"{where}: no object")
        if value.keys() != fields.keys():
            odd = sorted(value.keys() ^ fields.keys())[:8]
            raise Refused("shape", f"{where}: names missing or added: {odd}")
        for name, inner in fields.items():
            try:
                inner(value[name], name)
            except Refused as refused:
                raise Refused(refused.check, f"{where}.{refused.detail}") from None
        return value

    return check


def documents(value, where):
    """Digests of what else a reviewer is shown, by name."""
    demand(type(value) is dict, "shape", f"{where}: no object")
    for name, found in value.items():
        document(name, where)
        digest(found, f"{where}.{name}")
    return value


def subject(*kinds):
    """A checker of {digest, name} for subjects of these kinds."""

    def check(value, where):
        demand(type(value) is dict and value.keys() == {"digest", "name"}, "shape", f"{where}: not a subject")
        kind = subject_kind(value["name"], f"{where}.name")
        demand(kind in kinds, "shape", f"{where}: a {kind} has no place here")
        found = value["digest"]
        algorithms = ("sha256", "dirHash1") if kind == "model" else ("sha256",)
        one = type(found) is dict and len(found) == 1 and next(iter(found)) in algorithms
        demand(one, "shape", f"{where}.digest: not one digest of a kind known here")
        digest(next(iter(found.values())), f"{where}.digest")
        return value

    return check


_SUBJECT = re.compile(
    f"(?P<model>model/(?P<m>{NAME})@[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}})"
    f"|(?P<prompt>prompt/(?P<p>{NAME})@[1-9][0-9]{{0,15}})|(?P<change>change/{UUID})",
    re.ASCII,
)


def subject_kind(value, where):
    """Which of model, prompt and change a subject's name is."""
    found = _SUBJECT.fullmatch(value) if type(value) is str and len(value) <= 256 else None
    demand(found, "shape", f"{where}: not the name of a subject")
    demand(len(found["m"] or found["p"] or "") <= 128, "shape", f"{where}: name over 128 bytes")
    return found.lastgroup
