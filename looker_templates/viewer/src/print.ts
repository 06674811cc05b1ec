// On paper a chart takes the width of its card there: its picture is scaled as a whole, as it stood on screen.

export function scaleOnPaper(): void {
  addEventListener("beforeprint", () => {
    for (const svg of document.querySelectorAll<SVGSVGElement>(".chart svg")) {
      const { width, height } = svg.getBoundingClientRect();
      if (width > 0 && height > 0) svg.setAttribute("viewBox", `0 0 ${Math.round(width)} ${Math.round(height)}`);
    }
  });
}
