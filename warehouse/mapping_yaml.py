"""Mapping files are YAML in which words stay words: a cell that says No, 01 or 2025-01-01 is text, not a value."""

import re
from collections.abc import Hashable

import yaml

YAMLError = yaml.YAMLError


class _PlainLoader(yaml.SafeLoader):
    """Knows null, true and false; everything else is text as written, and so is every key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:  # noqa: ARG002
        made: dict[Hashable, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a name was expected", key_node.start_mark)
            if key_node.value in made:
                problem = f"'{key_node.value}' is there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            made[key_node.value] = self.construct_object(value_node, deep=True)
        return made


_PlainLoader.yaml_implicit_resolvers = {}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(~|null|)$"), ["~", "n", ""])


def read_yaml(text: str) -> object:
    """Return the content of a mapping file."""
    # _PlainLoader is a SafeLoader: it builds plain values only.
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506
