/** Shorter values are left: they are in many words. */
const VALUE_CHARS_MIN = 4;

/** Values that are looked for, and the longest. */
const VALUES_MAX = 1_000;
const VALUE_CHARS_MAX = 1_000;

const HIDDEN = "[protected]";

/**
 * Takes values out of texts that targets wrote, such as the error of a handler, because these are stored and logged. `pieces` are
 * what was decrypted for it: JSON, or texts.
 */
export function hideValues(pieces: readonly Uint8Array[]): (text: string) => string {
  let values: readonly string[] | undefined;
  return (text) => {
    // Read only once something failed.
    values ??= [...readValues(pieces)].sort((a, b) => b.length - a.length);
    return values.reduce((hidden, value) => hidden.replaceAll(value, HIDDEN), text);
  };
}

function readValues(pieces: readonly Uint8Array[]): Set<string> {
  const values = new Set<string>();
  const left: unknown[] = pieces.map(parse);
  while (left.length > 0 && values.size < VALUES_MAX) {
    const value = left.shift();
    if (typeof value === "object" && value !== null) {
      // Not spread: a hostile piece has more items than a call takes arguments.
      for (const one of Object.values(value).slice(0, VALUES_MAX)) left.push(one);
    } else if (typeof value === "string" || typeof value === "number") {
      const text = String(value).slice(0, VALUE_CHARS_MAX);
      if (text.length >= VALUE_CHARS_MIN) values.add(text);
    }
  }
  return values;
}

function parse(piece: Uint8Array): unknown {
  const text = Buffer.from(piece).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
