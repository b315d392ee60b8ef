/** Bytes of a message, and safe ways to show them. */

/** What base64 holds. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Text as base64 of its UTF-8. */
export function toBase64(text: string): string {
  let letters = "";
  for (const byte of new TextEncoder().encode(text)) letters += String.fromCharCode(byte);
  return btoa(letters);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Bytes as text; null if they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Texts, marks and everything else in JSON. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** JSON with indents; null if it is none. Only white space is different: no program has read its numbers and names. */
export function prettyOf(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const parts: string[] = [];
  let before = "";
  let levels = 0;
  const newLine = () => parts.push("\n", "  ".repeat(Math.min(levels, LEVELS_MAX)));
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) levels -= 1;
    const isInside = before === "{" || before === "[";
    if (before === "," || (isInside ? !closes : closes)) newLine();
    parts.push(token === ":" ? ": " : token);
    if (token === "{" || token === "[") levels += 1;
    before = token;
  }
  return parts.join("");
}

/** Levels that are indented further: a body of brackets alone would have millions of spaces. */
const LEVELS_MAX = 100;

/** A piece of text, and whether it stands for a character that would not be seen, or would act. */
export interface Piece {
  text: string;
  hidden: boolean;
}

/** Controls but tab and line feed, marks that turn the direction of text, and what has no width. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Text in pieces: what is hidden is shown by its number. */
export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(HIDDEN)) {
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), hidden: false });
    const code = found[0].codePointAt(0) ?? 0;
    pieces.push({ text: `U+${code.toString(16).toUpperCase().padStart(4, "0")}`, hidden: true });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), hidden: false });
  return pieces;
}

const ROW_BYTES = 16;

/** Lines of a hex dump: offset, bytes, and the same as text where it is ASCII. */
export function hexLines(bytes: Uint8Array, rowsMax: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < rowsMax; at += ROW_BYTES) {
    const row = [...bytes.subarray(at, at + ROW_BYTES)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·"));
    const halves = [hex.slice(0, 8).join(" "), hex.slice(8).join(" ")].join("  ");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${halves.padEnd(48)}  ${text.join("")}`);
  }
  return lines;
}

/** A header block as pairs, in the order received. */
export function headersOf(block: string): [string, string][] {
  // Latin-1: each byte is a character.
  return atob(block)
    .split("\r\n")
    .filter((line) => line !== "")
    .map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
}
