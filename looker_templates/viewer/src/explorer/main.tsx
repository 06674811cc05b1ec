// Starts the explorer inside its page of the console.

import { render } from "preact";
import { Problem } from "../api";
import { ExplorerView } from "./app";
import { openExplorer } from "./store";

const root = document.getElementById("explore");
if (root) void start(root);

async function start(box: HTMLElement): Promise<void> {
  try {
    const explorer = await openExplorer(box.dataset["csrf"] ?? "");
    box.replaceChildren();
    render(<ExplorerView explorer={explorer} />, box);
  } catch (error) {
    const text = error instanceof Problem && error.message ? error.message : "The explorer could not be loaded. Load the page again.";
    render(<p class="wrong" role="alert">{text}</p>, box);
  }
}
