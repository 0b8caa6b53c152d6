// Everything that the build exports to JavaScript; src/execute/kernels.ts declares the same names for TypeScript.
export * from './arena';
