// Draws Markdown as nodes.

import type { JSX } from "preact";
import { parseMarkdown, type Block, type Inline } from "../markdown";

export const Markdown = ({ text }: { readonly text: string }): JSX.Element => (
  <div class="prose">{parseMarkdown(text).map((block, index) => <OneBlock key={index} block={block} />)}</div>
);

function OneBlock({ block }: { readonly block: Block }): JSX.Element {
  if (block.kind !== "list") return block.kind === "heading" ? <h3>{nodes(block.children)}</h3> : <p>{nodes(block.children)}</p>;
  const items = block.items.map((one, index) => <li key={index}>{nodes(one)}</li>);
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

const nodes = (list: readonly Inline[]): JSX.Element[] => list.map((one, index) => <Node key={index} node={one} />);

function Node({ node }: { readonly node: Inline }): JSX.Element {
  switch (node.kind) {
    case "text": return <>{node.text}</>;
    case "marker": return <span class="marker">{node.number}</span>;
    case "strong": return <strong>{nodes(node.children)}</strong>;
    case "em": return <em>{nodes(node.children)}</em>;
    case "code": return <code>{nodes(node.children)}</code>;
    case "link": {
      const away = /^https?:/i.test(node.href);
      return <a href={node.href} {...(away ? { rel: "noreferrer noopener", target: "_blank" } : {})}>{nodes(node.children)}</a>;
    }
  }
}
