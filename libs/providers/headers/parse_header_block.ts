/**
 * Reads what `formatHeaderBlock` wrote: names as they were sent, in order. Takes any bytes; a line without a name is
 * left out.
 */
export function parseHeaderBlock(block: Uint8Array): [name: string, value: string][] {
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("latin1");
  const headers: [string, string][] = [];
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    // The one space that was written after the colon; any other belongs to the value.
    const valueAt = line[colon + 1] === " " ? colon + 2 : colon + 1;
    headers.push([line.slice(0, colon), line.slice(valueAt)]);
  }
  return headers;
}
