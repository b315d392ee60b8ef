import fc from "fast-check";

/** Characters of a text, a third of them of ASCII and a third of Latin-1, controls among them, and any others. */
const CHARACTER = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }).map((unit) => String.fromCharCode(unit)),
  fc.integer({ min: 0, max: 0xff }).map((unit) => String.fromCharCode(unit)),
  fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
);

/**
 * Any text, lone surrogates too. `fc.string({ unit: "binary" })` hardly ever has a character below U+0100, and lists all there are
 * before its first text: a second for each file of tests.
 */
export function anyText(lengths: { minLength?: number; maxLength?: number } = {}) {
  return fc.string({ unit: CHARACTER, ...lengths });
}
