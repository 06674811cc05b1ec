// Starts the viewer.

import { render } from "preact";
import { App, open } from "./components/app";
import { scaleOnPaper } from "./print";

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
  scaleOnPaper();
  void open();
}
