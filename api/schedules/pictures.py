"""Takes the empty ground below a chart away: a mail, unlike a page, has no neighbour to be as high as."""

import io

from PIL import Image, ImageChops

_LEFT_BELOW = 16  # pixels, of a picture that is drawn at twice its size


def trimmed(png: bytes) -> bytes:
    """Return a picture that ends a little below the last thing in it."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
        picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, picture.getpixel((0, picture.height - 1)) or (255, 255, 255, 255))
    box = ImageChops.difference(picture, ground).getbbox(alpha_only=False)
    if box is None or box[3] + _LEFT_BELOW >= picture.height:
        return png
    made = io.BytesIO()
    picture.crop((0, 0, picture.width, box[3] + _LEFT_BELOW)).save(made, "PNG", optimize=True)
    return made.getvalue()
