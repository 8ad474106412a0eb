"""How words for stores are compared."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def key_of(word: str) -> str:
    """What is compared: half-width, lower case, no spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", word)).casefold()
