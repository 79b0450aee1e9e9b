"""The other side of tests/python.rs: Python's `cryptography` derives the same key, opens our
tokens and makes its own. Reads one JSON object on stdin, writes one on stdout."""

import base64
import json
import sys

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

asked = json.load(sys.stdin)
derivation = PBKDF2HMAC(SHA256(), 32, base64.b64decode(asked["salt"]), asked["iterations"])
fernet = Fernet(base64.urlsafe_b64encode(derivation.derive(asked["secret"].encode())))


def opened(token):
    try:
        return fernet.decrypt(token.encode()).decode()
    except InvalidToken:
        return None


json.dump(
    {
        "opened": [opened(token) for token in asked["tokens"]],
        "tokens": [fernet.encrypt(value.encode()).decode() for value in asked["values"]],
    },
    sys.stdout,
)
