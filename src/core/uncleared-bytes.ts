/**
 * Bytes whose content is arbitrary until it is written, in a buffer of their own, which can leave with a message: for large
 * ones clearing costs about as much as filling. Only for who writes every byte before anybody reads one.
 */
export function unclearedBytes(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
