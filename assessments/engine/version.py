"""The engine's version: part of every digest, raised whenever the same facts may give another result."""

ENGINE_VERSION = "1.0.1"
