// The values that a card was gone down through, as the way back up.

import type { JSX } from "preact";
import { labelOf, textOf, valueText } from "../context";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Item } from "../report";

export function Path({ page, item }: { readonly page: Page; readonly item: Item }): JSX.Element | null {
  const path = page.choices.value.drills[item.id] ?? [];
  if (!("drill" in item) || item.drill.length === 0 || path.length === 0) return null;
  const context = page.context.value;
  const steps = path.slice(0, item.drill.length).map((value, level) => valueText(context, item.drill[level] ?? "", value));
  const top = `${phrase(page.locale, "all")}: ${labelOf(context, item.drill[0] ?? "")}`;
  return (
    <nav class="path" aria-label={`${phrase(page.locale, "path")}: ${textOf(item.title, page.locale)}`}>
      <ol>
        {[top, ...steps].map((text, depth) => (
          <li key={depth}>
            {depth === steps.length ? <span aria-current="location">{text}</span> : (
              <button type="button" class="path-step" onClick={() => page.climb(item.id, depth)}>{text}</button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
