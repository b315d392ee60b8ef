import { expect, test } from "@jest/globals";
import { headerValues } from "./header_values.ts";

const raw = [
  "Host",
  "a",
  "X-Sig",
  "one",
  "x-SIG",
  "two",
  "X-Sign",
  "no",
  "X-Si",
  "no",
  "x-sig",
  "",
];

test("headerValues() gives all values of a name, however it is written, in order", () => {
  expect(headerValues(raw, "x-sig")).toEqual(["one", "two", ""]);
});

test("headerValues() gives none where the header was not sent, or only as a value", () => {
  expect(headerValues(raw, "one")).toEqual([]);
  expect(headerValues([], "host")).toEqual([]);
});
