"""A second opinion: plain implementations of the written rules, and random cases on which the engine must agree."""
