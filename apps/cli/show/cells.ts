/** What is seen as one character, whatever it is made of. */
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Texts of these alone take a cell for each character. */
const PLAIN = /^[\x20-\x7e]*$/;

/** What stands on, or joins, the character before: marks, formats, and the later letters of a Korean syllable. */
const NONE = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]$/u;

/** One that is shown as a picture: it is one by itself, or this sign makes it one. */
const PICTURE = /^(?!\p{RI})\p{Emoji_Presentation}|\ufe0f/u;

/** Two cells, as Unicode's East_Asian_Width has it: W and F, which have no property in a regular expression. */
const WIDE =
  /^(?:(?!\p{RI})\p{Emoji_Presentation}|[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u4dff\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{16fff}\u{17000}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}])$/u;

/** Cells of a terminal that a text takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += cellsOf(segment);
  return width;
}

/** A text, cut with `…` at its end if it takes more cells than `width`. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const { segment } of GRAPHEMES.segment(text)) {
    left -= cellsOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

function cellsOf(grapheme: string): number {
  if (PICTURE.test(grapheme)) return 2;
  let cells = 0;
  for (const character of grapheme) {
    if (!NONE.test(character)) cells += WIDE.test(character) ? 2 : 1;
  }
  return cells;
}
