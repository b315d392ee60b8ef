import { CliError, type Output, write } from "../cli.ts";

/**
 * Characters that control a terminal or are invisible: controls (C0, DEL, C1), formats (bidirectional overrides, zero
 * widths), separators of lines and paragraphs, halves of surrogate pairs.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text from outside, safe to show: characters that would control the terminal are written as escapes. */
export function showText(text: string): string {
  return text.replace(ACTING, (character) => NAMED[character] ?? escapeUnits(character));
}

/** A value as one line of JSON that is safe to show. JSON alone leaves DEL, C1 controls and overrides as they are. */
export function showJson(value: unknown): string {
  return JSON.stringify(value).replace(ACTING, escapeUnits);
}

/** Escaped as in JSON: each UTF-16 unit in four hexadecimal digits. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** Writes a body's bytes unchanged; to a terminal only if they cannot control it. */
export async function writeBody(body: Uint8Array, output: Output): Promise<void> {
  if (output.isTTY && !isHarmless(body)) {
    throw new CliError(
      "Cannot show the body: it has characters that control a terminal; send it to a file or a pager",
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
