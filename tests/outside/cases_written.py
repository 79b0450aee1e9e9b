#!/usr/bin/env python3
"""Write the tables of selfcheck.py as files into a folder, so that other readers can be asked about them.

Prints one JSON line a case: "name", "bundle", "trust", "now" and, where asked for, "max_age" and "artefact" (kind, hex).
Invariant: the bytes are those that selfcheck.py asks this reader about; what they deserve is not told.
"""

import json
import sys
from pathlib import Path

from cases_good import GOOD
from cases_replay import BAD


def main(folder):
    made = [(name, make) for name, _, _, make in GOOD] + [(f"{check}: {name}", make) for check, name, make in BAD]
    for number, (name, make) in enumerate(made):
        data, trust, options = make()
        bundle, trusted = Path(folder, f"{number}.json"), Path(folder, f"{number}.trust")
        bundle.write_bytes(data)
        trusted.write_bytes(trust)
        print(json.dumps({"name": name, "bundle": str(bundle), "trust": str(trusted), **options}))


if __name__ == "__main__":
    main(sys.argv[1])
