#!/usr/bin/env python3
"""Verify Countersign files without Countersign: one JSON line a file, exit status 0 verified, 5 refused, 2 usage.

    outside.py bundle FILE --trust TRUST [--now TIME] [--max-age SECONDS]
                           [--artefact-sha256 HEX | --artefact-dirhash1 HEX]
    outside.py range|consistency|record FILE --trust TRUST
    outside.py batch LIST

LIST is JSON Lines of {"kind","file","trust"} with, for bundles, "now", "max_age", "artefact_sha256" or
"artefact_dirhash1" beside them; one line is printed for each, in order, and the exit status is 0 once all are answered.
Without --now the clock of this machine is asked. Invariant: whatever a file holds, the answer is one line.
"""

import argparse
import json
import os
import sys
from datetime import datetime, timezone

from reader import canonical
from reader.bundle import verify_bundle
from reader.note import Trust
from reader.parts import verify_consistency, verify_range, verify_record
from reader.refusal import Refused
from reader.scalars import digest, instant

KINDS = ("bundle", "range", "consistency", "record")
OPTIONS = ("now", "max_age", "artefact_sha256", "artefact_dirhash1")


class Usage(Exception):
    """The question is wrong, not the file."""


def answer(kind, file, trust, **options):
    """The verdict on a file as a dictionary; nothing that a file holds makes this raise."""
    try:
        outcome, effect, control = _verify(kind, file, trust, options)
    except Refused as refused:
        return _verdict("refused", refused.check, refused.detail)
    except Exception as error:  # a fault of this reader is a refusal too
        return _verdict("refused", "shape", f"{type(error).__name__}: {error}")
    return _verdict("verified", None, "", outcome, effect, control)


def _verify(kind, file, trust_file, options):
    trust = Trust(_read(trust_file))
    if kind == "range":
        with open(file, "rb") as stream:
            verify_range(stream, trust)
    elif kind == "consistency":
        verify_consistency(_read(file), trust)
    elif kind == "record":
        verify_record(_read(file), trust)
    else:
        now = options.get("now") or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return verify_bundle(_read(file), trust, now, options.get("max_age"), _artefact(options))
    return None, None, []


def _artefact(options):
    if options.get("artefact_sha256"):
        return "sha256", options["artefact_sha256"]
    if options.get("artefact_dirhash1"):
        return "dirHash1", options["artefact_dirhash1"]
    return None


def _read(file):
    """A file's bytes, of which no more are taken than the largest file may have."""
    with open(file, "rb") as stream:
        if os.fstat(stream.fileno()).st_size > canonical.BUNDLE_BYTES:
            raise Refused("shape", "file: over 16 MiB")
        return stream.read(canonical.BUNDLE_BYTES + 1)


def _verdict(result, check, detail, outcome=None, effect=None, control=()):
    return {
        "result": result, "check": check, "detail": detail[:400], "outcome": outcome, "effect": effect,
        "control": list(control),
    }


def _check_options(options):
    try:
        if options.get("now") is not None:
            instant(options["now"], "now")
        for name in ("artefact_sha256", "artefact_dirhash1"):
            if options.get(name) is not None:
                digest(options[name], name)
    except Refused as refused:
        raise Usage(refused.detail) from None
    age = options.get("max_age")
    if age is not None and (type(age) is not int or age < 0):
        raise Usage("max_age: not a number of seconds")
    if options.get("artefact_sha256") and options.get("artefact_dirhash1"):
        raise Usage("one artefact, not two")


def _question(line, number):
    """One line of a list, as the arguments of `answer`."""
    try:
        entry = json.loads(line)
    except ValueError:
        raise Usage(f"line {number}: not JSON") from None
    known = {"kind", "file", "trust", *OPTIONS}
    if type(entry) is not dict or not {"kind", "file", "trust"} <= entry.keys() <= known:
        raise Usage(f"line {number}: not kind, file and trust")
    if entry["kind"] not in KINDS or not all(type(entry[name]) is str for name in ("file", "trust")):
        raise Usage(f"line {number}: a kind or a path that is none")
    _check_options(entry)
    return entry


def _batch(path):
    try:
        with open(path, encoding="utf-8") as stream:
            questions = [_question(line, number) for number, line in enumerate(stream, 1)]
    except (OSError, ValueError) as error:
        raise Usage(f"list: {error}") from None
    for question in questions:
        print(json.dumps(answer(**question)), flush=True)
    return 0


def _arguments(argv):
    parser = argparse.ArgumentParser(description="Verify Countersign files without Countersign.")
    commands = parser.add_subparsers(dest="kind", required=True)
    for kind in KINDS:
        command = commands.add_parser(kind)
        command.add_argument("file")
        command.add_argument("--trust", required=True)
        if kind == "bundle":
            command.add_argument("--now")
            command.add_argument("--max-age", type=int)
            command.add_argument("--artefact-sha256")
            command.add_argument("--artefact-dirhash1")
    commands.add_parser("batch").add_argument("list")
    return vars(parser.parse_args(argv))


def main(argv):
    """Exit status 0 verified, 5 refused, 2 usage."""
    arguments = _arguments(argv)
    try:
        if arguments["kind"] == "batch":
            return _batch(arguments["list"])
        _check_options(arguments)
    except Usage as usage:
        print(f"outside.py: {usage}", file=sys.stderr)
        return 2
    verdict = answer(**arguments)
    print(json.dumps(verdict))
    return 0 if verdict["result"] == "verified" else 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
