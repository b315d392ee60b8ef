/**
 * All values of the header with this lower-case name, in the order received. Looks through what Node read off the wire:
 * its other forms drop or join what was sent twice.
 */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at];
    // Lengths first: one comparison settles nearly every header.
    if (sent?.length !== name.length || sent.toLowerCase() !== name) continue;
    values.push(rawHeaders[at + 1] ?? "");
  }
  return values;
}
