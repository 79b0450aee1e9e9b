"""Ed25519 as strictly as the page asks, in plain arithmetic.

Invariant: a signature holds only if S is below the group's order, key and R are canonical encodings of points that
are not of small order, and R computed anew without cofactor has the very bytes of the R given. Libraries that check
the same equation are asked beside it (see `verify`), because two readers err less than one.
"""

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def verify(public, signature, message):
    """True only if both the library and the strict equation say so."""
    if not strict(public, signature, message):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def strict(public, signature, message):
    """The strict equation alone."""
    if len(public) != 32 or len(signature) != 64:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    return _equation(public, signature, int.from_bytes(hashed, "little") % ORDER)


@lru_cache(maxsize=4096)
def good_key(public):
    """A canonical point that is not of small order."""
    point = decompress(public)
    return point is not None and not _small(point)


@lru_cache(maxsize=4096)
def _equation(public, signature, challenge):
    response = int.from_bytes(signature[32:], "little")
    commitment = decompress(signature[:32])
    if response >= ORDER or commitment is None or _small(commitment) or not good_key(public):
        return False
    x, y, z, t = decompress(public)
    negated = (P - x, y, z, P - t)
    return compress(_two_products(response, BASE, challenge, negated)) == signature[:32]


def decompress(data):
    """The point of 32 bytes in extended coordinates, or None if they are not its canonical encoding."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def compress(point):
    """The canonical 32 bytes of a point."""
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    return ((y * inverse % P) | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def _small(point):
    for _ in range(3):
        point = _double(point)
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0


def _add(left, right):
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * t1 * t2 * D % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(point):
    x, y, z, _ = point
    a, b = x * x % P, y * y % P
    c = 2 * z * z % P
    h = a + b
    e = h - (x + y) * (x + y) % P
    g = a - b
    f = c + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _two_products(m, left, n, right):
    """m·left + n·right, both at once."""
    table = (None, left, right, _add(left, right))
    total = NEUTRAL
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        total = _double(total)
        chosen = table[(m >> bit & 1) | (n >> bit & 1) << 1]
        if chosen is not None:
            total = _add(total, chosen)
    return total


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
