// The pages of a report: links, so that each opens in a tab of the browser too; on a phone a list to choose from.

import type { JSX } from "preact";
import { textOf } from "../context";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { Chevron } from "./popover";

export function Tabs({ page }: { readonly page: Page }): JSX.Element | null {
  const { report } = page.loaded;
  const [first] = report.pages;
  const { current, locale } = page;
  if (report.pages.length < 2) return null;
  const open = (id: string): void => {
    page.choose({ page: id === first?.id ? null : id });
    scrollTo({ top: 0 });
  };
  return (
    <nav class="tabs" aria-label={phrase(locale, "pages")}>
      <ul class="tabs-inner">
        {report.pages.map((one) => (
          <li key={one.id}>
            <a
              class="tab"
              href={page.addressOf({ page: one.id === first?.id ? null : one.id })}
              {...(one.id === current.id ? { "aria-current": "page" as const } : {})}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                open(one.id);
              }}
            >
              {textOf(one.title, locale)}
            </a>
          </li>
        ))}
      </ul>
      <label class="tabs-phone control-button control-select">
        <span class="control-label">{phrase(locale, "page")}</span>
        <select value={current.id} onChange={(event) => open(event.currentTarget.value)}>
          {report.pages.map((one) => <option key={one.id} value={one.id}>{textOf(one.title, locale)}</option>)}
        </select>
        <Chevron />
      </label>
    </nav>
  );
}
