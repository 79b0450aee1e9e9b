"""Bundles with one thing wrong that is seen before the replay, with everything re-hashed and re-signed around it.

Invariant: a case differs from sound evidence in exactly the rule that its name states.
"""

import base64
import json

from cases_good import LATER, approved, founded
from forge import ADA, BOB, DEVICE, KIT, ORIGIN, Story, b64, note, root, uuid, vkey
from reader.canonical import dumps
from reader.ed25519 import ORDER
from reader.statement import RECOVERY, pae


def given(story, effect="in_force", keep=None, trust=lambda fields: None, **options):
    hooks = {name: options.pop(name) for name in ("edit", "edit_leaf", "spare") if name in options}
    data = story.export(effect, keep, **hooks)
    return data, story.trust(trust), {"now": LATER, **options}


def edited(edit, **options):
    """The least sound bundle, edited as a parsed file."""
    return given(approved(), edit=edit, **options)


def raw(change):
    """The least sound bundle, changed as bytes."""
    story = approved()
    data = change(story.export())
    return data, story.trust(), {"now": LATER}


def setting(*place, to):
    """A hook that sets one value deep in a parsed object."""
    def edit(fields):
        for step in place[:-1]:
            fields = fields[step]
        fields[place[-1]] = to
    return edit


def predicate(*place, to):
    return setting("predicate", *place, to=to)


def voted(edit_statement=lambda _: None, edit=lambda _: None):
    """As `approved`, with the vote's statement or record edited before it is signed and hashed."""
    return founded().ask().vote(BOB, edit_statement=edit_statement, edit=edit).end()


def statement_case(*place, to):
    return lambda: given(voted(predicate(*place, to=to)))


def vote_case(*place, to):
    return lambda: given(voted(edit=setting(*place, to=to)))


def leaf_case(*place, to):
    return lambda: given(founded().ask(edit=setting(*place, to=to)).vote(BOB).end())


def note_case(change):
    """The note changed; `change` takes size and root."""
    def make():
        story = approved()
        data = json.loads(story.export())
        data["checkpoint"] = change(len(story.leaves), root(story.hashes()))
        return dumps(data), story.trust(), {"now": LATER}
    return make


def high_s(fields):
    signature = fields["attestations"][-1]["signatures"][0]
    data = base64.b64decode(signature["sig"])
    response = int.from_bytes(data[32:], "little") + ORDER
    signature["sig"] = b64(data[:32] + response.to_bytes(32, "little"))


def small_order_r(fields):
    envelope = fields["attestations"][-1]
    signed = pae(base64.b64decode(envelope["payload"]))
    envelope["signatures"][0]["sig"] = b64(BOB.sign_with_neutral_r(signed))


def extra_signature(fields):
    fields["attestations"][3]["signatures"] *= 2


def loose_bits(fields):
    """The last character of a base64 text before its padding, with an unused bit set."""
    leaf = fields["records"][0]["leaf"]
    at = len(leaf.rstrip("=")) - 1
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert leaf.endswith("="), "this leaf has no unused bits"
    fields["records"][0]["leaf"] = leaf[:at] + alphabet[alphabet.index(leaf[at]) + 1] + leaf[at + 1:]


def stranger(fields):
    fields["keys"].append({**fields["keys"][0], "keyid": "f" * 64})


def _founded(edit_statement):
    story = Story().found(edit_statement=edit_statement)
    return given(story.enroll(BOB).grant(BOB).ask().vote(BOB).end())


SHAPE = [
    ("a final newline", lambda: raw(lambda data: data + b"\n")),
    ("a space", lambda: raw(lambda data: data.replace(b'{"attestations":', b'{"attestations": ', 1))),
    ("a byte-order mark", lambda: raw(lambda data: b"\xef\xbb\xbf" + data)),
    ("a name twice", lambda: raw(lambda data: data[:-1] + b',"workspace_id":"x"}')),
    ("names out of order", lambda: raw(lambda data: json.dumps(json.loads(data)).encode())),
    ("an escape that need not be", lambda: raw(lambda data: data.replace(b"model/credit", b"mod\\u0065l/credit"))),
    ("a fraction", lambda: raw(lambda data: data.replace(b'"approvals":1,', b'"approvals":1.0,', 1))),
    ("an exponent", lambda: raw(lambda data: data.replace(b'"approvals":1,', b'"approvals":1e0,', 1))),
    ("true for 1", lambda: edited(setting("policy", "v", to=True))),
    ("a name added", lambda: edited(setting("note", to="hello"))),
    ("a name missing", lambda: edited(lambda fields: fields.pop("subject"))),
    ("another version", lambda: edited(setting("mediaType", to="application/vnd.countersign.evidence.v2+json"))),
    ("nothing but brackets", lambda: raw(lambda data: b"[" * (16 * 1024 * 1024))),
    ("17 deep", lambda: edited(setting("subject", to=json.loads("[" * 16 + "]" * 16)))),
    ("over 16 MiB", lambda: raw(lambda data: data + b" " * (16 * 1024 * 1024))),
    ("unused bits in base64", lambda: given(
        Story().found(edit_body=setting("name", to="Credit!")).enroll(BOB).grant(BOB).ask().vote(BOB).end(),
        edit=loose_bits)),
    ("records descending", lambda: edited(lambda fields: fields["records"].reverse())),
    ("keys not sorted", lambda: edited(lambda fields: fields["keys"].reverse())),
    ("PEM without its last newline", lambda: edited(lambda fields: fields["keys"][0].update(
        public_key=fields["keys"][0]["public_key"][:-1]))),
    ("two signatures", lambda: edited(extra_signature)),
    ("seq is not the index", leaf_case("seq", to=5)),
    ("a leaf of another tenant", leaf_case("tenant_id", to="retail")),
    ("a leaf with a name added", leaf_case("ip", to="10.0.0.1")),
    ("a leaf of version 2", leaf_case("v", to=2)),
    ("a day that is none", leaf_case("timestamp_utc", to="2026-02-30T18:35:06.000000Z")),
    ("a leap second", leaf_case("timestamp_utc", to="2026-06-30T23:59:60.000000Z")),
    ("an id of version 4", leaf_case("id", to="01930000-0000-4000-8000-000000000104")),
    ("metadata with a name added", leaf_case("metadata", "note", to="")),
    ("a request without reason", leaf_case("reason", to="\u3000 \n")),
    ("U+0000 in a reason", leaf_case("reason", to="be\0cause")),
    ("makers not sorted", leaf_case("metadata", "makers", to=[BOB.actor, ADA.actor])),
    ("another meaning", statement_case("meaning", to="I approve.")),
    ("a decision that is none", statement_case("decision", to="ACCEPTED")),
    ("parts out of order", statement_case("reviewed", "parts", to=["changes", "overview"])),
    ("scope not sorted", statement_case("conditions", "scope", to=["prod", "dev"])),
    ("a scope in capitals", statement_case("conditions", "scope", to=["PROD"])),
    ("fewer than no hidden characters", statement_case("reviewed", "hidden_characters", to=-1)),
    ("another statement type", lambda: given(voted(setting("_type", to="https://in-toto.io/Statement/v0.1")))),
    ("no record at all", lambda: edited(setting("records", to=[]))),
    ("a consistency for size 0", lambda: edited(setting("consistency", "0", to=[]))),
    ("a consistency for a size with a zero before it", lambda: edited(setting("consistency", "01", to=[]))),
    ("54 hashes", lambda: edited(lambda fields: fields["records"][3].update(proof=[b64(b"0" * 32)] * 54))),
    ("approvals from none on", lambda: edited(setting("policy", "approvals", to=0))),
    ("four eyes neither on nor off", lambda: edited(setting("policy", "four_eyes", to=None))),
    ("a group without title", lambda: edited(setting("policy", "groups", to=[""]))),
    ("a name over 128 bytes", lambda: edited(setting("subject", "name", to=f"model/{'a' * 129}@1"))),
    ("a bundle on a change", lambda: edited(setting("subject", "name", to=f"change/{uuid(1)}"))),
    ("a prompt's version 01", lambda: edited(setting("subject", "name", to="prompt/letter@01"))),
    ("a folder for a prompt", lambda: given(approved(subject="prompt/letter@1", digest={"dirHash1": "0" * 64}))),
    ("an export with a reason", lambda: given(approved(), edit_leaf=setting("reason", to="for the auditor"))),
    ("metadata over 256 KiB", leaf_case("metadata", to={"text": "a" * 2**18})),
    ("a leaf over 512 KiB", leaf_case("reason", to="a" * 2**19)),
    ("a decision without policy", statement_case("policy", to=None)),
    ("a decision without tier", statement_case("request", "tier", to=None)),
    ("a proposal to approve a model", statement_case("decision", to="PROPOSED")),
    ("a decision by the kit", statement_case("reviewer", to=RECOVERY)),
    ("a decision by system", statement_case("reviewer", to={**RECOVERY, "name": "Ada Lovelace"})),
    ("a statement without device", statement_case("device_id", to=None)),
    ("a change with a tier", lambda: _founded(predicate("request", "tier", to="low"))),
    ("a change with documents", lambda: _founded(predicate("reviewed", "documents", to={"card": "0" * 64}))),
    ("the kit approves", lambda: given(Story().found().enroll(BOB, (ADA, KIT)).grant(BOB).ask().vote(BOB).end())),
    ("compromised since never", lambda: given(approved().end_key(BOB, "compromised", None))),
    ("an enrolled key of small order", lambda: given(Story().found().enroll(BOB, edit_body=setting(
        "public_key", to=b64(b"\1" + b"\0" * 31))).grant(BOB).ask().vote(BOB).end())),
    ("an expected key hash that is another's", lambda: given(approved(), trust=setting(
        "log_keys", 0, "vkey", to=vkey(DEVICE).replace("+7872ecc6+", "+7872ecc7+")))),
    ("a log key of another type", lambda: given(approved(), trust=setting(
        "log_keys", 0, "vkey", to=f"{ORIGIN}+7872ecc6+{b64(bytes([4]) + DEVICE.public)}"))),
    ("a log key of another log", lambda: given(approved(), trust=setting(
        "log_keys", 0, "vkey", to=vkey(DEVICE, ORIGIN + "2")))),
    ("a log key that ends before it begins", lambda: given(
        approved(), trust=lambda fields: fields["log_keys"][0].update({"from": 9, "to": 8}))),
    ("two subjects", lambda: given(voted(lambda statement: statement["subject"].append(statement["subject"][0])))),
]
CHECKPOINT = [
    ("signed by another", note_case(lambda size, top: note(size, top, ADA))),
    ("of another tenant", note_case(lambda size, top: note(size, top, origin=ORIGIN + "2"))),
    ("two signatures", note_case(lambda size, top: note(size, top) + note(size, top).splitlines()[-1] + "\n")),
    ("an extension line", note_case(lambda size, top: note(size, top).replace("\n\n", "\nx\n\n"))),
    ("a size with a zero before it", note_case(lambda size, top: note("08", top))),
    ("a size that is not the export's", note_case(lambda size, top: note(size + 1, top))),
    ("without its final newline", note_case(lambda size, top: note(size, top)[:-1])),
    ("a key that came later", lambda: given(approved(), trust=setting("log_keys", 0, "from", to=9))),
    ("a key that ended before", lambda: given(approved(), trust=setting("log_keys", 0, "to", to=7))),
    ("a trust file of another workspace", lambda: given(approved(), trust=lambda fields: fields.update(
        workspace_id=uuid(0xB), log_keys=[{"from": 0, "to": None, "vkey": vkey(DEVICE, ORIGIN.replace("0a/", "0b/"))}]
    ))),
]
EARLY = [
    ("genesis", "another genesis in the trust file", lambda: given(approved(), trust=setting("genesis", to="0" * 64))),
    ("genesis", "the genesis left out", lambda: given(approved(), keep=range(1, 7))),
    ("inclusion", "a hash of another record", lambda: edited(lambda fields: fields["records"][3].update(
        proof=fields["records"][2]["proof"]))),
    ("inclusion", "a hash too many", lambda: edited(
        lambda fields: fields["records"][3]["proof"].append(b64(b"0" * 32)))),
    ("inclusion", "the root that was signed is another", note_case(lambda size, top: note(size, b"1" * 32))),
    ("signatures", "S over the order", lambda: edited(high_s)),
    ("signatures", "R of small order", lambda: edited(small_order_r)),
    ("signatures", "another's key in its place", lambda: edited(lambda fields: fields["keys"][0].update(
        public_key=fields["keys"][1]["public_key"]))),
    ("signatures", "a signer's key left out", lambda: edited(lambda fields: fields["keys"].pop())),
    ("history", "a root that never was", statement_case("reviewed", "log_root", to="ab" * 32)),
    ("history", "a proof too many", lambda: edited(setting("consistency", "3", to=[]))),
    ("history", "a proof left out", lambda: edited(lambda fields: fields["consistency"].pop("2"))),
    ("history", "a root before the log began", lambda: given(Story().found(
        edit_statement=predicate("reviewed", "log_root", to="00" * 32)).enroll(BOB).grant(BOB).ask().vote(BOB).end())),
]
EARLY += [("shape", *case) for case in SHAPE] + [("checkpoint", *case) for case in CHECKPOINT]
