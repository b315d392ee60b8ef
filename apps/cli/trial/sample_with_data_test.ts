import { expect, test } from "@jest/globals";
import { CliError } from "../cli_error.ts";
import { sampleWithData } from "./sample_with_data.ts";

const SAMPLE = {
  body: `{"type":"course.enrolled","data":{"a":1}}`,
  contentType: "application/json",
};

test.each([
  ["an object", `{"userId":"u1"}`],
  ["what JSON.parse would change", `{"n":1e400,"a":1,"a":2, "s":"\\u0041"}`],
  ["patterns of replace()", `"$& $1 $\`"`],
  ["null", "null"],
])("sampleWithData() puts in %s letter by letter", (_, data) => {
  expect(sampleWithData(SAMPLE, data)).toEqual({
    body: `{"type":"course.enrolled","data":${data}}`,
    contentType: "application/json",
  });
});

test.each(["[]", "null", `{"type":"x"}`])("sampleWithData() refuses the sample %s", (body) => {
  expect(() => sampleWithData({ ...SAMPLE, body }, "1")).toThrow(CliError);
});
