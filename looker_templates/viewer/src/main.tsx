// Starts the viewer.

import { render } from "preact";
import { App, open } from "./components/app";

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  void open();
}
