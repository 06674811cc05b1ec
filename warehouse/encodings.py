"""What to say about bytes that are not text in the encoding that they should be in."""

from pathlib import Path

from warehouse.errors import ImportFileError


def unknown_encoding(name: str) -> ImportFileError:
    """Return the error for a name that is no encoding."""
    return ImportFileError(f"'{name}' is not an encoding. Write one such as utf-8, cp1252 or utf-16.")


def undecodable(path: Path, encoding: str) -> ImportFileError:
    """Return the error for bytes that are not text in the encoding, naming the first line with such bytes."""
    tried = "utf-8" if encoding == "utf-8-sig" else encoding
    line = 0
    with path.open("rb") as source:
        for line, content in enumerate(source, start=1):
            try:
                content.decode(tried)
            except UnicodeError as error:
                place = f"line {line}" + (f", byte {error.start + 1}" if isinstance(error, UnicodeDecodeError) else "")
                break
        else:
            place = "the file"
    others = " or ".join(name for name in ("utf-8", "cp1252", "utf-16") if name != tried)
    return ImportFileError(
        f"{path.name}, {place}: the bytes are not {tried} text. Save the file as UTF-8, "
        f"or name its encoding in the mapping, such as 'encoding: {others.split(' or ')[0]}' (try {others}). "
        "Nothing was loaded."
    )
