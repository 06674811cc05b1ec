// The foot of the page: how far the data goes, whose days they are, what is left out.

import type { JSX } from "preact";
import { signOut } from "../api";
import { textOf } from "../context";
import { cardDay } from "../dates";
import { momentText } from "../date_texts";
import { useExtent } from "../extent";
import { useFreshness } from "../freshness";
import type { Page } from "../page";
import { phrase } from "../phrases";

export function Footer({ page }: { readonly page: Page }): JSX.Element {
  const { locale } = page;
  const end = useExtent(page)?.end ?? null;
  // Renewals and plans have days to come: nobody has data of those yet.
  const last = end !== null && end > page.today ? page.today : end;
  const fresh = useFreshness(page);
  const zone = page.zone?.replaceAll("_", " ");
  const parts = [
    last ? phrase(locale, "dataUntil", { day: cardDay(last, locale) }) : "",
    zone ? phrase(locale, "daysIn", { zone }) : phrase(locale, "daysInOwn"),
    fresh?.last ? phrase(locale, "refreshed", { moment: momentText(fresh.last, locale) }) : "",
    !fresh || fresh.count === 0 ? "" : fresh.behind.length > 0 ? phrase(locale, "sourcesBehind", { count: fresh.behind.length }) : phrase(locale, "allSourcesFresh"),
    textOf(page.loaded.report.exclusions, locale),
    page.brand?.footer ?? "",
  ];
  return (
    <footer class="foot">
      <div class="foot-inner">
        <p>{parts.filter(Boolean).map((text) => <span key={text} class="foot-part">{text}</span>)}</p>
        {!page.loaded.session.demo && !page.loaded.session.share && (
          <button type="button" class="button-plain foot-button" onClick={() => void signOut().finally(() => location.reload())}>
            {phrase(locale, "signOut")}
          </button>
        )}
      </div>
    </footer>
  );
}
