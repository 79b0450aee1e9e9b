#!/usr/bin/env python3
"""Show that the outside reader says yes and no where it must, without the program.

Prints what was exercised, fails below a floor, and fails if a deliberately lax reader does as well as the real one.
Run it with the Python that has what requirements.txt names; it takes no argument and ends within a minute.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

import outside
from cases_good import GOOD
from cases_replay import BAD
from forge import BOB, Story
from reader import ed25519
from reader.bundle import verify_bundle
from reader.merkle import included, leaf_hash
from reader.note import Trust
from reader.parts import verify_consistency, verify_range, verify_record
from reader.refusal import Refused
from reader.statement import Attestation, pae

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
EXAMPLES = VECTORS / "countersign"
NOW = "2026-11-22T18:35:10.000000Z"
STEP = 7
FLOORS = {
    "worked examples": 12, "Ed25519 vectors": 500, "sound bundles": 34, "bad bundles": 210, "flipped bits": 23_000,
    "flipped bits of parts": 1_700, "ranges": 800, "proofs": 90, "hostile files": 50, "commands": 8,
}
done = {}
faults = []


def tell(what, holds, detail=""):
    done[what] = done.get(what, 0) + 1
    if not holds:
        faults.append(f"{what}: {detail}")


def example(name):
    return (EXAMPLES / name).read_bytes()


def ask(verify, *arguments):
    """What a verifier answers: its result, or the name of the check that refuses."""
    try:
        return verify(*arguments)
    except Refused as refused:
        return refused.check


def worked_examples():
    figures = json.loads(example("figures.json"))
    for kind, name in (("range", "range.jsonl"), ("consistency", "consistency-3-8.json"),
                       ("record", "record-5.tlog-proof"), ("bundle", "bundle.countersign.json")):
        verdict = outside.answer(kind, EXAMPLES / name, EXAMPLES / "trust.json", now=NOW)
        tell("worked examples", verdict["result"] == "verified", f"{name}: {verdict}")
    tell("worked examples", (verdict["outcome"], verdict["effect"]) == ("APPROVED", "in_force"), verdict)
    single = [(one["control"], one["index"]) for one in verdict["control"]]
    tell("worked examples", single == [("single", 0), ("single", 1), ("single", 2)], verdict)
    for name, figure in (("bundle.countersign.json", "bundle sha256"), ("range.jsonl", "range sha256"),
                         ("trust.json", "trust sha256"), ("vote.payload.json", "vote payload sha256"),
                         ("vote.pae", "vote pae sha256")):
        tell("worked examples", hashlib.sha256(example(name)).hexdigest() == figures[figure], name)
    vote = Attestation(json.loads(example("vote.dsse.json")), "vote")
    tell("worked examples", vote.payload == example("vote.payload.json"), "vote.dsse.json")
    tell("worked examples", pae(vote.payload) == example("vote.pae"), "vote.pae")
    for index in range(8):
        leaf = example(f"leaf-{index}.json")
        known = [*figures["leaf hashes 0,1,2"], None, None, None, figures["leaf hash 6"], None][index]
        tell("worked examples", known in (None, leaf_hash(leaf).hex()), f"leaf {index}")


def ed25519_vectors():
    """Of the edge points only what strict verification takes; of Wycheproof exactly what is valid."""
    harmless = {"low_order_component_R", "low_order_component_A"}
    for case in json.loads((VECTORS / "cctv-ed25519/ed25519vectors.json").read_text()):
        expected = set(case["flags"] or ()) <= harmless
        found = ed25519.verify(bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode())
        tell("Ed25519 vectors", found == expected, f"CCTV {case['number']}: {found}")
    for group in json.loads((VECTORS / "wycheproof/ed25519_test.json").read_text())["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            found = ed25519.verify(public, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            tell("Ed25519 vectors", found == (case["result"] == "valid"), f"Wycheproof {case['tcId']}: {found}")


def verify_case(data, trust, options):
    return verify_bundle(data, Trust(trust), options["now"], options.get("max_age"), options.get("artefact"))


def tables():
    """Sound evidence verifies and says what it should; bad evidence is refused by the check that is meant."""
    missed = 0
    for name, outcome, effect, make in GOOD:
        found = ask(verify_case, *make())
        tell("sound bundles", found[:2] == (outcome, effect), f"{name}: {found}")
    for check, name, make in BAD:
        case = make()
        found = ask(verify_case, *case)
        tell("bad bundles", found == check, f"{name}: {found}, not {check}")
        missed += lax(case[0], case[1])
    return missed


def parts_of_logs():
    """Of every small log every range, consistency proof and record; and of each range four that are not."""
    story = Story().found()
    trust = Trust(story.trust())
    other = Trust(story.trust(lambda fields: fields.update(genesis="0" * 64)))
    while len(story.leaves) < 10:
        size = len(story.leaves)
        for start, end in ((a, b) for a in range(size) for b in range(a + 1, size + 1)):
            data = story.range(start, end)
            tell("ranges", ask(range_of, data, trust) is None, f"[{start}, {end}) of {size}")
            larger, fuller = story.range(start, end, size=size + 1), story.range(start, end, left=1)
            for bad in (data[:-1], data + b"{}\n", larger, fuller):
                tell("ranges", type(ask(range_of, bad, trust)) is str, f"not [{start}, {end}) of {size}")
            if start < 2:
                tell("ranges", ask(range_of, data, other) == "genesis", f"[{start}, {end}) of {size} of another")
        tell("ranges", ask(range_of, story.range(size, size), trust) == "shape", f"nothing of {size}")
        tell("proofs", ask(verify_record, story.record(0), other) == "genesis", f"record 0 of {size} of another")
        for first in range(1, size + 1):
            tell("proofs", ask(verify_consistency, story.consistency(first), trust) is None, f"{first} in {size}")
        for index in range(size):
            tell("proofs", ask(verify_record, story.record(index), trust) is None, f"record {index} of {size}")
        story.leaf("comment.add", BOB.actor, ("model", "credit-pd@3"), {"text_sha256": "0" * 64}, "")


def flips(data, step=STEP):
    for bit in range(0, len(data) * 8, step):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(flipped)


def flipped_bits():
    missed = 0
    trust_bytes = example("trust.json")
    trust = Trust(trust_bytes)
    for bit, data in flips(example("bundle.countersign.json")):
        found = ask(verify_bundle, data, trust, NOW)
        tell("flipped bits", type(found) is str, f"bit {bit} of the bundle")
        missed += bit % (16 * STEP) == 0 and lax(data, trust_bytes)
    for name, verify in (("range.jsonl", range_of), ("consistency-3-8.json", verify_consistency),
                         ("record-5.tlog-proof", verify_record)):
        for bit, data in flips(example(name), 3 * STEP):
            tell("flipped bits of parts", type(ask(verify, data, trust)) is str, f"bit {bit} of {name}")
    return missed


def range_of(data, trust):
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as stream:
        stream.write(data)
        stream.seek(0)
        verify_range(stream, trust)


def lax(data, trust):
    """The negative control: a reader that parses, hashes and verifies signatures, and believes the rest."""
    try:
        bundle, trust = json.loads(data), json.loads(trust)
        body, line = bundle["checkpoint"].split("\n\n")
        public = base64.b64decode(trust["log_keys"][0]["vkey"].rsplit("+", 1)[1])[1:]
        signature = base64.b64decode(line.rsplit(" ", 1)[1])[4:]
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, body.encode() + b"\n")
        _, size, root = body.split("\n")
        for record in bundle["records"]:
            proof = [base64.b64decode(one) for one in record["proof"]]
            hashed = leaf_hash(base64.b64decode(record["leaf"]))
            assert included(hashed, record["index"], int(size), proof, base64.b64decode(root))
        keys = [SSlibKey.from_crypto(load_pem_public_key(key["public_key"].encode()), key["keyid"])
                for key in bundle["keys"]]
        for envelope in bundle["attestations"]:
            Envelope.from_dict(envelope).verify(keys, 1)
    except Exception:
        return False
    return True


def hostile_files(folder):
    """Nothing crashes, nothing takes long: each of these is refused by `shape`, the 100 MB within a second."""
    head, tail = example("range.jsonl").split(b"\n", 1)
    files = {
        "empty": b"", "null": b"null", "bytes": bytes(range(256)) * 64, "number": b"9" * 5000, "quotes": b'"' * 2**22,
        "quote": b'"' + b"a" * 2**22, "deep": b"[" * 2**24, "deep objects": b'{"a":' * 2**20, "pairs": b"[]" * 2**21,
        "wide": b"[" + b"[]," * 2**22 + b"[]]", "backslashes": b'"' + b"\\" * 2**22, "not UTF-8": b'{"a":"\xff"}',
        "lone surrogate": b'{"a":"\\ud800"}', "no line end": b"a" * 2**22, "header only": head + b"\n",
        "a leaf more": head + b"\n" + tail + tail, "a long line": head + b"\n" + b"a" * 2**22 + b"\n",
    }
    names = {"missing": folder / "missing", "a folder": folder}
    for name, data in files.items():
        names[name] = folder / name
        names[name].write_bytes(data)
    names["100 MB of brackets"] = folder / "100 MB"
    with names["100 MB of brackets"].open("wb") as stream:
        for _ in range(100):
            stream.write(b"[" * 1_000_000)
    for name, path in names.items():
        for kind in outside.KINDS if len(files.get(name, b"")) < 2**20 else ("bundle",):
            began = time.process_time()
            verdict = outside.answer(kind, path, EXAMPLES / "trust.json", now=NOW)
            took = time.process_time() - began
            limit = 1 if "brackets" in name else 8
            fine = verdict["check"] == "shape" and took < limit
            tell("hostile files", fine, f"{kind} {name}: {took:.1f} s of the processor, {verdict}")
    verdict = outside.answer("bundle", EXAMPLES / "bundle.countersign.json", names["deep"], now=NOW)
    tell("hostile files", verdict["check"] == "shape", f"as trust file: {verdict}")


def commands(folder):
    """The command line: one JSON line a file, and its exit status."""
    bundle, trust = str(EXAMPLES / "bundle.countersign.json"), str(EXAMPLES / "trust.json")
    listed = folder / "list"
    entry = {"kind": "bundle", "file": bundle, "trust": trust, "now": NOW}
    listed.write_text("".join(json.dumps({**entry, **more}) + "\n" for more in ({}, {"max_age": 0}, {"kind": "range"})))
    for expected, lines, arguments in (
        (0, 1, ["bundle", bundle, "--trust", trust, "--now", NOW, "--max-age", "1"]),
        (5, 1, ["bundle", bundle, "--trust", trust, "--now", NOW, "--max-age", "0"]),
        (5, 1, ["bundle", bundle, "--trust", trust, "--artefact-sha256", "0" * 64]),
        (2, 0, ["bundle", bundle, "--trust", trust, "--now", "today"]), (2, 0, ["bundle", bundle]), (2, 0, []),
        (0, 1, ["record", str(EXAMPLES / "record-5.tlog-proof"), "--trust", trust]),
        (0, 3, ["batch", str(listed)]),
    ):
        ran = subprocess.run([sys.executable, outside.__file__, *arguments], capture_output=True, text=True)
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        tell("commands", ran.returncode == expected and len(answers) == lines, f"{arguments}: {ran}")
    checks = [one["check"] for one in answers]
    tell("commands", checks == [None, "freshness", "shape"], f"batch: {checks}")


def main():
    began = time.monotonic()
    worked_examples()
    ed25519_vectors()
    missed_files = tables()
    parts_of_logs()
    missed_bits = flipped_bits()
    with tempfile.TemporaryDirectory() as folder:
        hostile_files(Path(folder))
        commands(Path(folder))
    for what, floor in FLOORS.items():
        print(f"{what}: {done.get(what, 0)} (floor {floor})")
        if done.get(what, 0) < floor:
            faults.append(f"{what}: below the floor of {floor}")
    print(f"negative control: a lax reader takes {missed_bits} of each sixteenth flip and {missed_files} bad bundles")
    if not lax(example("bundle.countersign.json"), example("trust.json")) or missed_bits < 25 or missed_files < 50:
        faults.append("negative control: the lax reader is not lax, or reads nothing")
    print(f"{len(faults)} faults, {time.monotonic() - began:.0f} s")
    for fault in faults[:40]:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
