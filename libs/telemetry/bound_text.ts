/** Longest text in a line of the log, in characters. */
export const TEXT_CHARS_MAX = 8_192;

/**
 * What JSON leaves as it is and a reader may take for the end of a line, a command to the terminal, or a change of
 * direction: DEL and C1, the Unicode line separators, bidirectional overrides.
 */
const DECEPTIVE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A user and password inside an address, such as a MongoDB URI in an error's message. */
const USER_INFO = /:\/\/[^\s/?#]*@/g;

/** Cuts a text, writes deceptive characters out, and leaves out passwords in addresses. */
export function boundText(text: string, charsMax: number = TEXT_CHARS_MAX): string {
  const cut = text.length > charsMax;
  const kept = cut ? text.slice(0, charsMax) : text;
  const shown = kept.replace(USER_INFO, "://[redacted]@").replace(DECEPTIVE, writeOut);
  return cut ? `${shown}… (${text.length - charsMax} more characters)` : shown;
}

function writeOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
