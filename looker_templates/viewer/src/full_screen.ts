// The whole screen, where the browser lets us; else the window is the stage.

/** Fills the screen with the page, or gives it back. */
export function full(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.().catch(() => undefined);
}
