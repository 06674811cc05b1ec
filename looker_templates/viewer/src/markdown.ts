// Markdown, as far as commentary needs it: paragraphs, headings, lists, bold, italics, code, links → a tree. Nothing
// in it becomes HTML text: the tree is drawn as nodes, and whatever is not known stays the text it is.

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong" | "em" | "code"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly children: readonly Inline[] }
  /** ① refers to the marker with this number on a chart of the page. */
  | { readonly kind: "marker"; readonly number: number };

export type Block =
  | { readonly kind: "paragraph" | "heading"; readonly children: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  for (const chunk of text.replace(/\r\n?/g, "\n").split(/\n\s*\n/)) {
    let lines: string[] = [];
    let items: string[] = [];
    let ordered = false;
    const flush = (): void => {
      if (items.length > 0) blocks.push({ kind: "list", ordered, items: items.map(inline) });
      if (lines.length > 0) blocks.push({ kind: "paragraph", children: inline(lines.join(" ")) });
      items = [];
      lines = [];
    };
    for (const line of chunk.split("\n")) {
      const heading = HEADING.exec(line);
      const [found, number, content] = ITEM.exec(line) ?? [];
      if (heading) {
        flush();
        blocks.push({ kind: "heading", children: inline(heading[1] ?? "") });
      } else if (found !== undefined) {
        const numbered = number !== undefined;
        if (lines.length > 0 || (items.length > 0 && numbered !== ordered)) flush();
        ordered = numbered;
        items.push(content ?? "");
      } else if (line.trim()) {
        if (items.length > 0) items[items.length - 1] += ` ${line.trim()}`;
        else lines.push(line.trim());
      }
    }
    flush();
  }
  return blocks;
}

const TOKEN = /\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*?)\*|`([^`]+)`|\[([^\]]+)\]\(([^()\s]+)\)|([①-⑳])/;

function inline(text: string): Inline[] {
  const found = TOKEN.exec(text);
  if (!found) return text ? [{ kind: "text", text }] : [];
  const [whole, bold, strong, em, code, label, href, marker] = found;
  const before = text.slice(0, found.index);
  return [...(before ? [{ kind: "text" as const, text: before }] : []), node(), ...inline(text.slice(found.index + whole.length))];

  function node(): Inline {
    if (marker) return { kind: "marker", number: (marker.codePointAt(0) ?? 0) - 0x245f };
    if (code !== undefined) return { kind: "code", children: [{ kind: "text", text: code }] };
    if (em !== undefined) return { kind: "em", children: inline(em) };
    if (label !== undefined) return isSafe(href ?? "") ? { kind: "link", href: href ?? "", children: inline(label) } : { kind: "text", text: whole };
    return { kind: "strong", children: inline(bold ?? strong ?? "") };
  }
}

/** Links lead to the web, to a mailbox or within this server; never to a script. */
export const isSafe = (href: string): boolean => /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href);

/** The text alone: for names and previews. */
export const plainText = (nodes: readonly Inline[]): string =>
  nodes.map((one) => (one.kind === "text" ? one.text : one.kind === "marker" ? String.fromCodePoint(0x245f + one.number) : plainText(one.children))).join("");
