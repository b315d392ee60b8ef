import { expect, test } from "@jest/globals";
import { formatNotedTable } from "./format_noted_table.ts";

const ROWS = [
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
  expect(formatNotedTable(ROWS)).toBe(table);
  expect(formatNotedTable(ROWS, { columns: 56 })).toBe(table);
});

test("formatNotedTable() gives notes lines of their own, cut to the width, where they do not fit", () => {
  expect(formatNotedTable(ROWS, { columns: 30 })).toBe(
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
