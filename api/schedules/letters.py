"""Writes the mail of a report: one column of HTML that reads well without pictures, and text that reads alone.

Whatever people wrote, in reports, comments and names, is escaped by the template or cleaned by the Markdown reader.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.brands.colours import ink_on, lifted
from api.mail.message import Attachment, InlineImage, OutgoingMail
from api.reports import MailKpi
from api.schedules.making import LINK_DAYS, MadeReport
from api.schedules.records import LiveLink
from api.schedules.words import MailWords, mail_words
from api.writing.markdown import to_html
from looker_templates import in_english

_COLOURS = {
    "ground": "#f1f3f7",
    "paper": "#ffffff",
    "ink": "#161b26",
    "ink2": "#414b5a",
    "ink3": "#5c687a",
    "line": "#e3e7ed",
    "good": "#0b7a4b",
    "watch": "#8a5a00",
    "watch_soft": "#fdf3dc",
    "bad": "#b3261e",
}
_FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,'Noto Sans','Noto Sans SC',sans-serif"
_ALT = f"font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:20px;color:{_COLOURS['ink2']}"
_ACCENT, _DARK_PAPER = "#0156ef", "#171d28"
_LONGEST_PREHEADER, _WIDE = 140, 72
# Mail programs fill the preview with whatever follows; these take up the room without being seen.
_FILLER = "\u034f\u200c\u00a0" * 60
_SENTENCE = re.compile(r".+?[.!?。！？](?=\s|$)|.+?[。！？]", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MAIL = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Envelope:
    """What differs from one recipient to the next. `stop` is the address that unsubscribes; a test has none."""

    recipient: str
    key: str
    sender: str  # the product, where the client has no look of its own
    stop: str = ""

    @property
    def is_test(self) -> bool:
        """Tell whether it goes to somebody who tries it out."""
        return not self.stop


def letter(made: MadeReport, envelope: Envelope) -> OutgoingMail:
    """Return the mail to one recipient."""
    w = mail_words(made.locale)
    images = [InlineImage(_cid(envelope, number), chart.png) for number, chart in enumerate(made.parts.charts)]
    if made.logo:
        images.append(InlineImage(_cid(envelope, "logo"), made.logo))
    return OutgoingMail(
        to=(envelope.recipient,),
        subject=_line(made.parts.subject)[:300] or "Report",
        text=_text(made, envelope, w),
        html=_html(made, envelope, w),
        images=tuple(images),
        attachments=(Attachment(made.pdf.name, made.pdf.content, "application/pdf"),) if made.pdf else (),
        unsubscribe=envelope.stop if envelope.stop.startswith("https://") else None,
        sender_name=(_line(made.brand.sender or made.brand.name) or None) if made.brand else None,
        key=envelope.key,
    )


def preheader(made: MadeReport) -> str:
    """Return the first sentence of the commentary, else of the first number."""
    texts = [_plain(one.text) for one in made.parts.commentary] or [one.summary for one in made.parts.kpis[:1]]
    if not texts:
        return made.parts.data_until_text
    text = _line(texts[0])
    sentence = _SENTENCE.match(text)
    return textwrap.shorten(sentence[0] if sentence else text, _LONGEST_PREHEADER, placeholder="…")


def _html(made: MadeReport, envelope: Envelope, w: MailWords) -> str:
    accent = made.brand.accent if made.brand else _ACCENT
    name = made.brand.name if made.brand else envelope.sender
    return _MAIL.get_template("mail.html").render(
        lang=made.locale,
        subject=made.parts.subject,
        preheader=preheader(made),
        filler=_FILLER,
        parts=made.parts,
        w=w,
        c=_COLOURS,
        font=_FONT,
        alt_style=_ALT,
        accent=accent,
        accent_ink=ink_on(accent),
        accent_dark=lifted(accent, _DARK_PAPER, 4.5),
        brand=name,
        logo=_cid(envelope, "logo") if made.logo else "",
        test=envelope.is_test,
        late=_late(made, w),
        verdict=lambda one: _verdict(one, w),
        comments=[{"html": Markup(_styled(one.text, accent)), "author": one.author} for one in made.parts.commentary],  # noqa: S704
        charts=[{"chart": one, "cid": _cid(envelope, number)} for number, one in enumerate(made.parts.charts)],
        live=made.live,
        notes=list(_notes(made, w)),
        footer=made.brand.footer if made.brand else "",
        why=_why(made, envelope, w),
        stop=envelope.stop,
    )


def _text(made: MadeReport, envelope: Envelope, w: MailWords) -> str:
    """Write the mail as text: whoever reads only this misses nothing but the pictures."""
    parts, blocks = made.parts, list[str]()
    head = f"{parts.client} · {parts.period}" if parts.client else parts.period
    blocks.append("\n".join([made.brand.name if made.brand else envelope.sender, "", parts.title, head]))
    blocks += [_wrapped(one) for one in ([w.test] if envelope.is_test else []) + [_late(made, w)] if one]
    numbers = [_number(one, w) for one in parts.kpis]
    blocks.append("\n".join([_heading(w.numbers), *numbers]) if numbers else "")
    if not numbers and not parts.charts:
        blocks.append(w.no_values)
    if parts.commentary:
        told = [f"{_wrapped(_plain(one.text))}\n{one.author}".strip() for one in parts.commentary]
        blocks.append("\n".join([_heading(w.commentary), "\n\n".join(told)]))
    blocks += [_wrapped(one.alt) for one in parts.charts]
    notes = [f"{w.open}:\n{made.live}"] if made.live else []
    blocks.append("\n".join([*notes, *map(_wrapped, _notes(made, w))]))
    why = _why(made, envelope, w)
    stop = f"{w.stop}: {envelope.stop}" if envelope.stop else ""
    blocks.append(
        "\n".join(one for one in ("-- ", made.brand.footer if made.brand else "", _wrapped(why), stop) if one)
    )
    return "\n\n".join(one for one in blocks if one) + "\n"


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _number(one: MailKpi, w: MailWords) -> str:
    verdict = _verdict(one, w)
    change = f"{one.change}{f' ({verdict})' if verdict else ''} {one.compared}".strip()
    more = [change, f"{one.goal}: {one.status}" if one.goal and one.status else one.goal or one.status]
    return "\n".join([f"{one.label}: {one.value}", *(f"  {line}" for line in more if line)])


def _verdict(one: MailKpi, w: MailWords) -> str:
    """Say in a word what a colour says."""
    return {"good": w.better, "bad": w.worse}.get(one.tone, "") if one.change else ""


def _notes(made: MadeReport, w: MailWords) -> Iterator[str]:
    if made.link is LiveLink.LINK:
        yield w.link_ends.format(days=LINK_DAYS)
    elif made.link is LiveLink.PERSON:
        yield w.sign_in
    if made.pdf:
        yield w.pdf_attached
    elif made.wants_pdf:
        size = f"{(made.pdf_bytes or 0) / 1_000_000:.1f}"
        told = w.pdf_too_large.format(size=size) if made.pdf_bytes else w.pdf_missing
        yield f"{told} {w.live_has_all}" if made.live else told
    if made.report.exclusions:
        said = made.report.exclusions
        yield (said.get(made.locale) if isinstance(said, dict) else None) or in_english(said)
    if made.parts.data_until_text and not made.lacking:
        yield made.parts.data_until_text


def _late(made: MadeReport, w: MailWords) -> str:
    if not made.lacking:
        return ""
    until = made.parts.data_until_text
    # What they reach to is worth saying only if it is what is lacking.
    return w.late.format(until=until.rstrip(".。")) if until and made.parts.data_until < made.last else w.no_data


def _why(made: MadeReport, envelope: Envelope, w: MailWords) -> str:
    if envelope.is_test:
        return ""
    sender = (made.brand.sender or made.brand.name) if made.brand else envelope.sender
    return w.why.format(sender=sender, address=envelope.recipient)


def _styled(text: str, accent: str) -> str:
    """Write Markdown as HTML with its styles inside, for mail programs that drop sheets."""
    html = to_html(text)
    for tag, style in (("p", "margin:0 0 8px"), ("ul", "margin:0 0 8px;padding-left:20px"), ("li", "margin:0 0 4px")):
        html = html.replace(f"<{tag}>", f'<{tag} style="{style}">')
    html = html.replace("<a ", f'<a style="color:{accent}" ')
    return html.replace("<ol>", '<ol style="margin:0 0 8px;padding-left:20px">')


def _plain(text: str) -> str:
    """Write Markdown as text; what a link leads to stands behind it."""
    html = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', r"\2 (\1)", to_html(text), flags=re.DOTALL)
    html = re.sub(r"<li>\s*", "- ", html)
    html = re.sub(r"</p>\s*<p>", "\n\n", html)
    return str(Markup(_TAG.sub("", html)).unescape()).strip()  # noqa: S704


def _wrapped(text: str) -> str:
    lines = (textwrap.wrap(line, _WIDE, break_long_words=False, break_on_hyphens=False) for line in text.splitlines())
    return "\n".join("\n".join(several) for several in lines)


def _line(text: str) -> str:
    """Return a text as one line that may stand in a header."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _cid(envelope: Envelope, name: object) -> str:
    return f"{name}.{envelope.key}@report"
