/** What could begin another line or header, control a terminal, or turn a text around. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/** A text from outside as one bounded line without characters that act: each run of them is a space. */
export function plainText(text: string, charsMax: number): string {
  // Cut first, so that a long text costs no more than a short one.
  const line = text
    .slice(0, 2 * charsMax)
    .replace(ACTING, " ")
    .trim();
  return line.length <= charsMax
    ? line
    : `${line
        .slice(0, charsMax - 1)
        .trimEnd()
        .toWellFormed()}…`;
}
