"""A message in the two languages that every person-facing sentence has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence, or part of one, in Simplified Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the Chinese for any language tag that starts with "zh", and the English for every other."""
        return self.zh if language.lower().startswith("zh") else self.en
