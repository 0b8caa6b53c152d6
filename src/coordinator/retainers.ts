/**
 * Which functions keep the memory that heap profiles show: pure, from profiles to a list.
 *
 * What an engine's own frame allocates (the growth of a Map, a string's concatenation) counts for the function in a file
 * that called it. A function is the user's where its frame, or one that called it, is in a module of the user's: so is a
 * library that it uses. Of the lives of all workers, the one in which a function kept most stands for it: they did not live
 * at the same time, so a sum over them would be nobody's memory.
 */

/** A node as V8 writes it, of which these are used. */
interface ProfileNode {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

export interface LifeProfile {
  readonly worker: number;
  readonly life: number;
  /** The content of a `.heapprofile`. */
  readonly text: string;
}

export interface Retainer {
  /** The function's name; `(anonymous)`, or `(module)` for what a file does when it is loaded. */
  readonly name: string;
  /** Address of its file. */
  readonly url: string;
  /** From 1. */
  readonly line: number;
  readonly isYours: boolean;
  /** Estimated from samples. */
  readonly bytes: number;
  /** Of all that was sampled in that life. */
  readonly share: number;
  /** Where it kept so much. */
  readonly worker: number;
  readonly life: number;
}

/** Most bytes first, the user's before others; at most so many of each. */
export function topRetainers(
  profiles: readonly LifeProfile[],
  moduleUrls: readonly string[],
  most: { readonly yours: number; readonly others: number },
): Retainer[] {
  const found = new Map<string, Retainer>();
  for (const { worker, life, text } of profiles) {
    const { head }: { readonly head: ProfileNode } = JSON.parse(text); // written by V8
    const functions = new Map<string, Omit<Retainer, 'share' | 'worker' | 'life'>>();
    const sampledBytes = addUp(head, null, false, new Set(moduleUrls), functions);
    for (const [key, entry] of functions) {
      const before = found.get(key);
      const share = entry.bytes / sampledBytes;
      if (before === undefined || entry.bytes > before.bytes) found.set(key, { ...entry, share, worker, life });
    }
  }
  const sorted = [...found.values()].sort((a, b) => b.bytes - a.bytes);
  return [
    ...sorted.filter(({ isYours }) => isYours).slice(0, most.yours),
    ...sorted.filter(({ isYours }) => !isYours).slice(0, most.others),
  ];
}

type Owner = Pick<Retainer, 'name' | 'url' | 'line' | 'isYours'>;

/** Adds what the node and those below it allocated to the functions in files; gives the bytes of all of them. */
function addUp(
  { callFrame, selfSize, children }: ProfileNode,
  caller: Owner | null,
  callerIsYours: boolean,
  moduleUrls: ReadonlySet<string>,
  functions: Map<string, Omit<Retainer, 'share' | 'worker' | 'life'>>,
): number {
  const { url } = callFrame;
  const isYours = callerIsYours || moduleUrls.has(url);
  const line = callFrame.lineNumber + 1;
  const name = callFrame.functionName || (callFrame.lineNumber === 0 ? '(module)' : '(anonymous)');
  const owner = url.startsWith('file:') ? { name, url, line, isYours } : caller;
  let bytes = selfSize;
  if (owner !== null && selfSize > 0) {
    const key = `${owner.url}:${owner.line}:${owner.name}:${owner.isYours}`;
    functions.set(key, { ...owner, bytes: (functions.get(key)?.bytes ?? 0) + selfSize });
  }
  for (const child of children) bytes += addUp(child, owner, isYours, moduleUrls, functions);
  return bytes;
}
