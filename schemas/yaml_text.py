"""Reads YAML: plain values only, quickly, and with a word against a key that is written twice."""

from collections.abc import Hashable

import yaml

from schemas.errors import DuplicateNameError

# The loader in C reads ten times as fast; it is there wherever the wheel of PyYAML was built with libyaml.
_Fastest: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fastest):  # type: ignore[misc, valid-type]  # the class is chosen at run time
    """A safe loader that refuses a key written twice, where plain YAML would let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DuplicateNameError(f"line {key_node.start_mark.line + 1}: '{key}' is defined twice.")
            seen.add(key)
        built: dict[Hashable, object] = super().construct_mapping(node, deep=deep)
        return built


def read_yaml(content: bytes) -> object:
    """Parse one document; raise `yaml.YAMLError` for what is not YAML."""
    # _Loader is a SafeLoader: it builds plain values only.
    return yaml.load(content, Loader=_Loader)  # noqa: S506
