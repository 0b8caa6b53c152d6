/** Resolves when the event loop has turned. (That of node:timers/promises takes 2 ms to load, in every thread that starts.) */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
