import { CliError, type Output, write } from "../cli.ts";

/**
 * Characters that act on a terminal or hide in it: controls (C0, DEL, C1), formats (bidirectional overrides, zero
 * widths), separators of lines and paragraphs, halves of surrogate pairs.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text from outside as it may be shown: what would drive the operator's terminal is written as an escape. */
export function showText(text: string): string {
  return text.replace(ACTING, (character) => NAMED[character] ?? escapeUnits(character));
}

/** A value as one line of JSON that may be shown. JSON alone leaves DEL, C1 controls and overrides as they are. */
export function showJson(value: unknown): string {
  return JSON.stringify(value).replace(ACTING, escapeUnits);
}

/** As JSON escapes it: every UTF-16 unit in four hexadecimal digits. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** Writes a body's bytes as they are; into a terminal only where they cannot drive it. */
export async function writeBody(body: Uint8Array, output: Output): Promise<void> {
  if (output.isTTY && !isHarmless(body)) {
    throw new CliError(
      "Cannot show the body: it has characters that act on a terminal; send it to a file or a pager",
    );
  }
  await write(output, body);
}

function isHarmless(body: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    const plain = text.replace(/\r?\n|\t/g, "");
    return showText(plain) === plain;
  } catch {
    return false;
  }
}
