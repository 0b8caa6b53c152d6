/** The module that libpg-query's own loader creates, which the package's types leave out: what parsing takes of it. */
declare module 'libpg-query/wasm/libpg-query.js' {
  export interface ParserModule {
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, address: number, capacity: number): void;
    UTF8ToString(address: number): string;
    getValue(address: number, type: 'i32'): number;
    _malloc(bytes: number): number;
    _free(address: number): void;
    _wasm_parse_query_raw(sql: number): number;
    _wasm_free_parse_result(result: number): void;
  }

  type Instantiate = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => void;

  const createModule: (overrides: { readonly instantiateWasm: Instantiate }) => Promise<ParserModule>;
  export default createModule;
}
