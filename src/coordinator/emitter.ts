/** Typed events, delivered synchronously in the order of subscription. A listener that throws is the caller's bug and surfaces. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Subscribes; the function that is returned unsubscribes. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    // listeners of a type were all added by on() with this type's event
    for (const listener of this.#listeners.get(type) ?? []) (listener as (event: Events[Type]) => void)(event);
  }
}
