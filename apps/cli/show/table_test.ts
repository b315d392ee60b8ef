import { expect, test } from "@jest/globals";
import { fitsTable, formatNotedTable, formatTable } from "./table.ts";

const ROWS = [
  ["ID", "NAME", "N"],
  ["1", "a name that is long", "20"],
  ["22", "short", "3"],
];

test("formatTable() aligns columns and ends lines without blanks", () => {
  expect(formatTable(ROWS)).toBe(
    [
      "ID  NAME                 N",
      "1   a name that is long  20",
      "22  short                3",
      "",
    ].join("\n"),
  );
});

test("formatTable() cuts the shrinkable column until lines fit", () => {
  const table = formatTable(ROWS, { columns: 20, shrinkable: [1] });
  expect(table).toBe(
    ["ID  NAME          N", "1   a name that…  20", "22  short         3", ""].join("\n"),
  );
  expect(Math.max(...table.split("\n").map((line) => line.length))).toBe(20);
});

test("formatTable() cuts the widest of several columns first", () => {
  const rows = [["aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbb", "id"]];
  expect(formatTable(rows, { columns: 28, shrinkable: [0, 1] })).toBe(
    "aaaaaaaaaa…  bbbbbbbbbb…  id\n",
  );
});

test("formatTable() has columns that do not fit even so on further lines, whole", () => {
  const rows = [
    ["ID", "NAME", "STATE", "N"],
    ["0123456789abcdef", "a name that is long", "acknowledged", "20"],
  ];
  expect(formatTable(rows, { columns: 30, shrinkable: [1] })).toBe(
    [
      "ID",
      "  NAME",
      "  STATE         N",
      "0123456789abcdef",
      "  a name that is long",
      "  acknowledged  20",
      "",
    ].join("\n"),
  );
});

test("formatTable() leaves a column readable in the narrowest terminal", () => {
  expect(formatTable([["0123456789abcdef", "id"]], { columns: 3, shrinkable: [0] })).toBe(
    "012345…\n  id\n",
  );
});

test("formatTable() counts wide characters as two cells", () => {
  expect(formatTable([["東京東京東京", "x"]], { columns: 12, shrinkable: [0] })).toBe(
    "東京東京…  x\n",
  );
  expect(fitsTable([["東京", "x"]], 7)).toBe(true);
  expect(fitsTable([["東京", "x"]], 6)).toBe(false);
});

test("formatTable() of nothing is nothing", () => {
  expect(formatTable([])).toBe("");
});

test("fitsTable() says whether lines fit as they are", () => {
  expect(fitsTable(ROWS, 27)).toBe(true);
  expect(fitsTable(ROWS, 26)).toBe(false);
  expect(fitsTable(ROWS, null)).toBe(true);
});

const NOTED = [
  { cells: ["NAME", "STATE"], notes: ["BY", "REASON"] },
  { cells: ["crm", "paused"], notes: ["operator", "it is moved to another machine"] },
  { cells: ["ledger", "active"], notes: ["", ""] },
];

test("formatNotedTable() gives notes columns where all fits", () => {
  const table = [
    "NAME    STATE   BY        REASON",
    "crm     paused  operator  it is moved to another machine",
    "ledger  active",
    "",
  ].join("\n");
  expect(formatNotedTable(NOTED)).toBe(table);
  expect(formatNotedTable(NOTED, { columns: 56 })).toBe(table);
});

test("formatNotedTable() gives notes lines of their own, cut to the width, where they do not fit", () => {
  expect(formatNotedTable(NOTED, { columns: 30 })).toBe(
    [
      "NAME    STATE",
      "  BY  REASON",
      "crm     paused",
      "  operator  it is moved to an…",
      "ledger  active",
      "",
    ].join("\n"),
  );
});

test("formatNotedTable() cuts what may be cut of the cells", () => {
  const rows = [{ cells: ["a name that is long", "1"], notes: ["why"] }];
  expect(formatNotedTable(rows, { columns: 12, shrinkable: [0] })).toBe("a name t…  1\n  why\n");
});

const BOLD = "\x1b[1m";
const GREEN = "\x1b[32m";
const RED = "\x1b[31m";
const PLAIN = "\x1b[0m";

test("formatTable() paints the title and the states, and aligns by what is seen", () => {
  const rows = [
    ["STATE", "TYPE"],
    ["delivered", "dead.letter"],
    ["dead", "x"],
  ];
  expect(formatTable(rows, { colour: true })).toBe(
    [
      `${BOLD}STATE${PLAIN}      ${BOLD}TYPE${PLAIN}`,
      `${GREEN}delivered${PLAIN}  dead.letter`,
      `${RED}dead${PLAIN}       x`,
      "",
    ].join("\n"),
  );
  expect(formatTable(rows)).not.toContain("\x1b");
});

test("formatNotedTable() paints where notes are columns, and where they are not", () => {
  const rows = [
    { cells: ["NAME", "STATE"], notes: ["REASON"] },
    { cells: ["crm", "dead"], notes: ["gone"] },
  ];
  for (const columns of [null, 14]) {
    expect(formatNotedTable(rows, { columns, colour: true })).toContain(`${RED}dead${PLAIN}`);
  }
});
