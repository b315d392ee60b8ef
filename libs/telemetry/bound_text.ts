/** Longest text in a log line, in characters. */
export const TEXT_CHARS_MAX = 8_192;

/**
 * Characters that JSON does not escape although they can fake the end of a line, control a terminal or reverse the text:
 * DEL and C1, the Unicode line separators, bidirectional overrides.
 */
const DECEPTIVE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A user and password in a URL, such as a MongoDB URI in an error message. */
const USER_INFO = /:\/\/[^\s/?#]*@/g;

/** Cuts a text, escapes deceptive characters, and redacts passwords in URLs. */
export function boundText(text: string, charsMax: number = TEXT_CHARS_MAX): string {
  const cut = text.length > charsMax;
  const kept = cut ? text.slice(0, charsMax) : text;
  const shown = kept.replace(USER_INFO, "://[redacted]@").replace(DECEPTIVE, writeOut);
  return cut ? `${shown}… (${text.length - charsMax} more characters)` : shown;
}

function writeOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
