import { parseHeaderBlock } from "./header_block.ts";

/**
 * The headers of a block by lower-case name; several values of one name are joined by `, `. The record has no prototype,
 * so a header named `__proto__` is one like any other.
 */
export function headerRecord(block: Uint8Array): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of parseHeaderBlock(block)) {
    const key = name.toLowerCase();
    const before = record[key];
    record[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return record;
}
