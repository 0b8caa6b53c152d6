// A function that keeps memory, as a forgotten cache does: so many bytes of every call, up to a share of the heap's limit where one is
// named in MILLRACE_LEAK_MOST_MIB. Chains of small objects, because one table that grows can abort the process (nodejs/node#47224).
const perCall = Number(process.env.MILLRACE_LEAK_BYTES ?? 200);
const most = Number(process.env.MILLRACE_LEAK_MOST_MIB ?? Number.POSITIVE_INFINITY) * 2 ** 20;
/** A node with its four numbers takes about so much. */
const nodeBytes = 100;
let kept = null;
let held = 0;
let owed = 0;

function keep(text) {
  owed += perCall;
  for (; owed >= nodeBytes && held < most; owed -= nodeBytes, held += nodeBytes) {
    kept = { kept, numbers: [text.length + 0.5, held + 0.5, 1.5, 2.5] };
  }
  // what makes the collector run, and what it then has to look through
  return text.split('/').length > 1 ? (text.split('/')[1] ?? '') : text;
}

export const functions = { leaking: { args: ['text'], result: 'text', call: keep } };
