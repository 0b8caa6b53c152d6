/** Reads what TypeScript files import, from their syntax tree: type imports, re-exports and `import()` included. */
import { readFileSync } from 'node:fs';
import { parseAst } from 'vitest/node';

/** Module specifiers in a file, in order of appearance. */
export function importsOf(path: string): string[] {
  const specifiers: string[] = [];
  collect(parseAst(readFileSync(path, 'utf8'), { lang: 'ts' }), specifiers);
  return specifiers;
}

/** AssemblyScript is no TypeScript (decorators on functions), so kernels are read by their one form of import. */
export function kernelImportsOf(path: string): string[] {
  const imports = readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^;'"]*\bfrom\s+['"]([^'"]+)['"]/gm);
  return [...imports].map((match) => match[1] ?? '');
}

const importingNodes: ReadonlySet<unknown> = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function collect(node: unknown, specifiers: string[]): void {
  if (Array.isArray(node)) {
    for (const child of node) collect(child, specifiers);
  } else if (typeof node === 'object' && node !== null) {
    const fields: Record<string, unknown> = { ...node };
    if (importingNodes.has(fields.type)) {
      const specifier = literal(fields.source);
      if (specifier !== null) specifiers.push(specifier);
    }
    for (const child of Object.values(fields)) collect(child, specifiers);
  }
}

function literal(node: unknown): string | null {
  if (typeof node !== 'object' || node === null || !('value' in node)) return null;
  return typeof node.value === 'string' ? node.value : null;
}
