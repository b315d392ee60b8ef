/** What no header can hold: it would end the line, or not be one byte in Latin-1. */
const UNWRITABLE = /[\0\r\n\u0100-\uffff]/;

/**
 * Writes a request's headers down as they came: Node's `rawHeaders` (name, value, name, value …) as an HTTP/1.1 header
 * block, `name: value\r\n` each, in order, in Latin-1, which gives back the bytes of the wire.
 *
 * @throws {TypeError} where a name or value is none that an HTTP parser lets through.
 */
export function formatHeaderBlock(rawHeaders: readonly string[]): Uint8Array {
  // One look at all of them: this runs for every request.
  if (UNWRITABLE.test(rawHeaders.join(""))) {
    refuse("a line break, NUL or a character outside Latin-1 is in it");
  }
  let block = "";
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    const value = rawHeaders[at + 1];
    if (value === undefined) refuse("a name has no value");
    if (name === "" || name.includes(":")) refuse("a name is empty or has a colon");
    block += `${name}: ${value}\r\n`;
  }
  return Buffer.from(block, "latin1");
}

function refuse(state: string): never {
  throw new TypeError(`Cannot format the header block: ${state}`);
}
