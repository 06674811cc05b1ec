// Work that takes long is done piece by piece, in the order of the page, so that the first chart is seen at once.

const waiting = new Map<object, () => void>();
let isRunning = false;
let isFirst = true;
let tell = (): void => undefined;

/** Comes when the first chart is on the screen. */
export const firstShown = new Promise<void>((done) => (tell = done));

/** The browser shows what is there after so many milliseconds of work. */
const LONGEST_MS = 40;

/** Does the work of an owner soon; what the same owner wanted before and was not done yet is forgotten. */
export function takeTurn(owner: object, work: () => void): void {
  waiting.set(owner, work);
  if (isRunning) return;
  isRunning = true;
  queueMicrotask(run);
}

export const leaveTurn = (owner: object): void => void waiting.delete(owner);

function run(): void {
  const started = performance.now();
  for (const [owner, work] of waiting) {
    waiting.delete(owner);
    work();
    if (isFirst || performance.now() - started > LONGEST_MS) break;
  }
  if (isFirst) {
    // The first chart is on the screen before anything else is begun.
    isFirst = false;
    afterFrame(() => setTimeout(goOn));
    return;
  }
  isRunning = waiting.size > 0;
  if (isRunning) afterFrame(run);
}

function goOn(): void {
  tell();
  isRunning = waiting.size > 0;
  if (isRunning) run();
}

/** A page in the background is shown no frames. */
export const afterFrame = (next: () => void): unknown =>
  document.hidden ? setTimeout(next) : requestAnimationFrame(() => setTimeout(next));
