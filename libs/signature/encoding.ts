import type { Digest, Encoding } from "./recipe.ts";

export const DIGEST_BYTES = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<
  Digest | "md5",
  number
>;

const PATTERNS = {
  hex: /^[0-9a-f]+$/,
  hex_upper: /^[0-9A-F]+$/,
  base64: /^[A-Za-z0-9+/]+={0,2}$/,
  base64url: /^[A-Za-z0-9_-]+$/,
} as const;

/** Length in characters of so many bytes in an encoding. */
export function encodedLength(encoding: Encoding, bytes: number): number {
  if (encoding === "base64") return Math.ceil(bytes / 3) * 4;
  return encoding === "base64url" ? Math.ceil((bytes * 4) / 3) : bytes * 2;
}

/** Whether a text of the right length has only valid letters. Comparing or decoding must check the last bits. */
export function hasLetters(encoding: Encoding, text: string): boolean {
  return PATTERNS[encoding].test(text);
}

export function encode(encoding: Encoding, bytes: Buffer): string {
  return encoding === "hex_upper" ? bytes.toString("hex").toUpperCase() : bytes.toString(encoding);
}

/** The decoded bytes; null if the text is not their one canonical spelling, or empty. */
export function decode(encoding: Encoding, text: string): Buffer | null {
  const bytes = Buffer.from(text, encoding === "hex_upper" ? "hex" : encoding);
  return bytes.length > 0 && encode(encoding, bytes) === text ? bytes : null;
}
