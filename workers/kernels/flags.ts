// Flags of a row in a vector; the reasons are those of src/core/reject.ts.
export const VALID: u8 = 0;
export const NULL: u8 = 1;
export const MALFORMED: u8 = 2;
export const TOO_LONG: u8 = 3;
export const NOT_INTEGER: u8 = 4;
export const NOT_NUMBER: u8 = 5;
export const NOT_TIMESTAMP: u8 = 6;
export const NOT_BOOLEAN: u8 = 7;
export const OVERFLOW: u8 = 8;
export const FAILED: u8 = 9;
