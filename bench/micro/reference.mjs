// The plain loops of reference/, compiled by the installed AssemblyScript without SIMD, in a memory of their own. They run in
// WebAssembly like the kernels, so that both are compiled by the same compiler and neither is optimized anew in mid-run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./reference/', import.meta.url));
const compiled = fileURLToPath(new URL('../data/micro-reference.wasm', import.meta.url));
const pageBytes = 65536;
/** What the module itself keeps is below. */
const firstAddress = pageBytes;

/** The compiled module; compiled again when a source has changed. */
export function compileReference() {
  const newest = Math.max(...readdirSync(source).map((name) => statSync(source + name).mtimeMs));
  if (!existsSync(compiled) || statSync(compiled).mtimeMs <= newest) {
    mkdirSync(dirname(compiled), { recursive: true });
    const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js');
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'];
    const run = spawnSync(process.execPath, [asc, `${source}index.ts`, '--outFile', compiled, ...options], {
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`Cannot compile the reference loops: ${run.stderr}`);
  }
  return new WebAssembly.Module(readFileSync(compiled));
}

/** One instance of the loops with a memory that only grows; `loops` are the exports. */
export class Reference {
  #memory = new WebAssembly.Memory({ initial: 1 });
  #end = firstAddress;

  constructor(module) {
    const abort = (_message, _file, line, column) => {
      throw new Error(`A reference loop aborted at ${line}:${column}`);
    };
    this.loops = new WebAssembly.Instance(module, { env: { memory: this.#memory, abort } }).exports;
  }

  /** Address of new, zeroed bytes, 16-byte aligned, with room to read behind them. */
  alloc(bytes) {
    const address = this.#end;
    this.#end = (this.#end + bytes + 79) & ~15;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    return address;
  }

  place(bytes) {
    const address = this.alloc(bytes.length);
    this.u8.set(bytes, address);
    return address;
  }

  get u8() {
    return new Uint8Array(this.#memory.buffer);
  }

  get u32() {
    return new Uint32Array(this.#memory.buffer);
  }

  get i64() {
    return new BigInt64Array(this.#memory.buffer);
  }

  get f64() {
    return new Float64Array(this.#memory.buffer);
  }
}
