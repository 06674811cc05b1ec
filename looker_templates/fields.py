"""Which fields an item asks for, in their order."""

from looker_templates.items import DataItem


def item_dimensions(item: DataItem, depth: int = 0) -> list[str]:
    """Name the dimensions of an item's rows; `depth` is how far a reader has gone down its drill."""
    dimensions = list(getattr(item, "dimensions", []))
    drill = getattr(item, "drill", [])
    if depth and drill:
        dimensions[0] = drill[min(depth, len(drill) - 1)]
    breakdown = getattr(item, "breakdown", None)
    return [*dimensions, breakdown] if breakdown else dimensions


def item_metrics(item: DataItem) -> list[str]:
    """Name the metrics that an item draws, with those that stand beside them: sizes, targets, parts of a score."""
    names = list(item.metrics)
    for name in ("size", "target", "pace", "change"):
        if one := getattr(item, name, None):
            names.append(one)
    if item.type == "health":
        names += [part.metric for part in item.parts]
    return names


def item_fields(item: DataItem, depth: int = 0) -> list[str]:
    """Name every field of an item's main request, without repeats."""
    names = [*item_dimensions(item, depth), *item_metrics(item)]
    if item.type == "table":
        names += [one.href for one in item.style.columns.values() if one.href]
    if counted := getattr(item, "min_n", None):
        names.append(counted.metric)
    names += [one.metric for one in item.keep]
    if item.type == "time_series" and item.spikes:
        names.append(item.spikes.metric)
    return list(dict.fromkeys(names))


def goal_field(metric: str) -> str:
    """Name the client's own goal of a metric."""
    return f"{metric}__goal"
