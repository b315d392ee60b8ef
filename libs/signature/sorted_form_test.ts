import { type Form, readForm } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { sortForm, sortFormInTurns } from "./sorted_form.ts";

const URLENCODED = "application/x-www-form-urlencoded";
const PIECE = 64 * 1024;

function formOf(body: string): Form {
  return readForm(URLENCODED, Buffer.from(body)) ?? [];
}

async function sortedInTurns(form: Form) {
  let turns = 0;
  const sorted = await sortFormInTurns(form, {
    async nextTurn() {
      turns += 1;
    },
  });
  return { text: sorted && Buffer.concat(sorted).toString(), turns };
}

function textOf(form: Form): string | null {
  const sorted = sortForm(form);
  return sorted && Buffer.from(sorted).toString();
}

test.each([
  ["nothing", "", null],
  ["fields by name", "b=2&a=1&C=3", "C3a1b2"],
  ["values of one name by value, each once", "a=2&a=10&b=0&a=2&a=", "aa10a2b0"],
  ["what begins another", "aa=1&a=2&a=22&a=2", "a2a22aa1"],
  ["by UTF-16", "%F0%9F%98%80=1&%EF%BF%BD=2&%C3%A9=3", "é3😀1\ufffd2"],
  ["values by UTF-16", "a=%EF%BF%BD&a=%F0%9F%98%80&a=%EE%80%80", "a😀a\ue000a\ufffd"],
])("sortForm() and sortFormInTurns() sort %s", async (_, body, expected) => {
  const form = formOf(body);
  expect(textOf(form)).toBe(expected);
  expect((await sortedInTurns(form)).text).toBe(expected);
});

test("sortForm() and sortFormInTurns() sort no form with a file", async () => {
  const body =
    '--b\r\ncontent-disposition: form-data; name="a"; filename="b"\r\n\r\n1\r\n--b--\r\n';
  const form = readForm("multipart/form-data; boundary=b", Buffer.from(body)) ?? [];
  expect(form).toHaveLength(1);
  expect(sortForm(form)).toBeNull();
  expect((await sortedInTurns(form)).text).toBeNull();
});

test("sortFormInTurns() sorts as sortForm() does", async () => {
  const character = fc.constantFrom("a", "b", "+", "%C3%A9", "%F0%9F%98%80", "%EE%80%80", "%FF");
  const word = fc.array(character, { maxLength: 3 }).map((all) => all.join(""));
  // Two values of a name may differ only behind what is compared in one go.
  const filler = fc.constantFrom("", "a".repeat(PIECE - 1), "%41".repeat(PIECE / 2));
  const field = fc.tuple(word, filler, word).map(([name, long, end]) => `${name}=${long}${end}`);
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 12 }), async (fields) => {
      const form = formOf(fields.join("&"));
      expect((await sortedInTurns(form)).text === textOf(form)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

const many = (of: (at: number) => string) => Array.from({ length: 2_000 }, (_, at) => of(at));

test.each([
  ["one large field", ["a=", "b".repeat(8 * 1024 * 1024)].join(""), 60],
  ["fields with one name", many((at) => `a=${"b".repeat(4_000)}${2_000 - at}`).join("&"), 100],
  ["fields with one value", many(() => `a=${"b".repeat(4_000)}`).join("&"), 100],
  ["names that begin alike", many((at) => `${"b".repeat(4_000)}${at}=`).join("&"), 50],
  ["short fields", many((at) => `${at}=`).join("&"), 10],
])("sortFormInTurns() gives others their turn while it sorts %s", async (_, body, turnsMin) => {
  const form = formOf(body);
  const { text, turns } = await sortedInTurns(form);
  expect(text === textOf(form)).toBe(true);
  expect(turns).toBeGreaterThanOrEqual(turnsMin);
});
