import { expect, test } from "@jest/globals";
import { hideValues } from "./hide_values.ts";

const JSON_PIECE = String.raw`{"name":"J\u00fcrgen M\u00fcller","card":9999999999999999,"amount":1234.50,"note":"a \"quoted\"\nthing"}`;

function hide(piece: string, text: string): string {
  return hideValues([Buffer.from(piece)])(text);
}

test.each([
  ["as it came", JSON_PIECE, String.raw`no J\u00fcrgen M\u00fcller here`, "no [protected] here"],
  ["as it reads", JSON_PIECE, "no Jürgen Müller here", "no [protected] here"],
  ["a number past 2^53 as it came", JSON_PIECE, "card 9999999999999999", "card [protected]"],
  ["such a number as it reads", JSON_PIECE, "card 10000000000000000", "card [protected]"],
  [
    "a number with zeros",
    JSON_PIECE,
    "takes 1234.50 and 1234.5",
    "takes [protected] and [protected]",
  ],
  ["as JSON again", JSON_PIECE, String.raw`{"x":"a \"quoted\"\nthing"}`, `{"x":"[protected]"}`],
  ["in a URL", '"ana@example.com"', "/?mail=ana%40example.com", "/?mail=[protected]"],
  ["a field of a form", "ana%40example.com", "no ana@example.com", "no [protected]"],
  ["a field with spaces", "12+Main+Street", "at 12 Main Street", "at [protected]"],
  [
    "JSON in a form",
    "%7B%22mail%22%3A%22ana%40example.com%22%7D",
    "ana@example.com",
    "[protected]",
  ],
  ["a header", "Ana <ana@example.com>", "to Ana <ana@example.com>", "to [protected]"],
  ["a body that is no JSON", "mail=ana@example.com;n=1", "no ana@example.com", "no [protected]"],
  ["lines of JSON", '{"a":"ana1"}\n{"a":"ana2"}', "ana1 and ana2", "[protected] and [protected]"],
  [
    "broken JSON",
    '{"mail":"ana.b@example.com",}',
    `"..."ana.b@example.com",}"`,
    `"..."[protected]",}"`,
  ],
  ["a long text", JSON.stringify("x".repeat(3_000)), `(${"x".repeat(3_000)})`, "([protected])"],
  ["a text that was cut within it", '"ana@example.com"', "no ana@exam", "no [protected]"],
  ["a short one is left", '"ana"', "banana", "banana"],
  ["a member's name is left", '{"mail" :"ana@example.com"}', "no mail", "no mail"],
])("hideValues() finds %s", (_what, piece, text, hidden) => {
  expect(hide(piece, text)).toBe(hidden);
});

test("hideValues() keeps nothing if there are more values than it looks for", () => {
  const piece = JSON.stringify(Array.from({ length: 6_000 }, (_, at) => `value ${at}`));
  expect(hide(piece, "anything")).toBe("[protected]");
});

test("hideValues() takes bounded time, whatever the pieces are", () => {
  const hostile = ["\\".repeat(1024 * 1024), '"'.repeat(1024 * 1024), `"${"\\u".repeat(500_000)}`];
  const startedAt = performance.now();
  for (const piece of [
    ...hostile,
    "%".repeat(1024 * 1024),
    "1e".repeat(500_000),
    `"a" `.repeat(250_000),
  ]) {
    hide(piece, "x".repeat(4_096));
  }
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
