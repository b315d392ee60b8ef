import { expect, test } from "@jest/globals";
import { readPlace, readUnproven, writePlace } from "./place.ts";
import type { Place } from "./recipe.ts";
import { incoming } from "./signed_request.ts";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = 'multipart/form-data; boundary="b"';
const JSON_TYPE = "application/json";

function request(contentType: string, body: string) {
  const headers = { "content-type": contentType, "x-a": "1" };
  const url = "https://hooks.example.com/?a=1&b=1&b=2";
  return { method: "POST", url, headers, body: Buffer.from(body) };
}

const parts = (...fields: [head: string, value: string][]) =>
  `${fields.map(([head, value]) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`).join("")}--b--`;

const PAYLOAD = `payload=${encodeURIComponent('{"type":"x","n":1,"o":{},"z":null}')}&a=1`;
const PARTS = parts(['name="a"', "1"], ['name="f"; filename="f"', "1"], ['name="j"', '{"n":[7]}']);

test.each<[string, string, Place, string | undefined | null]>([
  [JSON_TYPE, "{}", { header: "x-a" }, "1"],
  [JSON_TYPE, "{}", { query: "a" }, "1"],
  [JSON_TYPE, "{}", { query: "b" }, null],
  [JSON_TYPE, '{"a":{"b":1}}', { json: "/a/b" }, "1"],
  [JSON_TYPE, "a=1", { form: "a" }, undefined],
  [FORM, "a=1", { form: "a" }, "1"],
  [FORM, "a=1", { form: "b" }, undefined],
  [FORM, "a=1&a=1", { form: "a" }, null],
  [FORM, "a=1&%61=1", { form: "a" }, null],
  [FORM, "a=1", { json: "/a" }, undefined],
  [FORM, PAYLOAD, { form: "payload", json: "/type" }, "x"],
  [FORM, PAYLOAD, { form: "payload", json: "/n" }, "1"],
  [FORM, PAYLOAD, { form: "payload", json: "/o" }, null],
  [FORM, PAYLOAD, { form: "payload", json: "/z" }, undefined],
  [FORM, PAYLOAD, { form: "payload", json: "/type/x" }, undefined],
  [FORM, PAYLOAD, { form: "a", json: "/type" }, undefined],
  [FORM, PAYLOAD, { form: "b", json: "/type" }, undefined],
  [FORM, PAYLOAD, { json: "/type" }, undefined],
  [FORM, `${PAYLOAD}&payload={}`, { form: "payload", json: "/type" }, null],
  [FORM, `a=${"%".repeat(3_000_000)}`, { form: "a" }, null],
  [FORM, `a=1${"&b".repeat(5_000)}`, { form: "a" }, undefined],
  [MULTIPART, PARTS, { form: "a" }, "1"],
  [MULTIPART, PARTS, { form: "f" }, null],
  [MULTIPART, PARTS, { form: "j", json: "/n/0" }, "7"],
  [MULTIPART, parts(['name="a"', "1"], ['name="a"; filename="f"', "1"]), { form: "a" }, null],
  [MULTIPART, "a=1", { form: "a" }, undefined],
])("readPlace() in %s %.60s at %j", (contentType, body, place, expected) => {
  const reading = readUnproven(incoming(request(contentType, body), 0));
  expect(readPlace(reading, place)).toBe(expected);
});

test.each<[string, string, Place]>([
  [JSON_TYPE, "{}", { header: "x-b" }],
  [JSON_TYPE, "{}", { query: "b" }],
  [JSON_TYPE, '{"a":{}}', { json: "/a/b" }],
  [FORM, "a=1&a=2", { form: "b" }],
  [FORM, "b=1", { form: "b" }],
  [FORM, PAYLOAD, { form: "payload", json: "/type" }],
  [FORM, "", { form: "payload", json: "/type" }],
  [MULTIPART, PARTS, { form: "b" }],
  [MULTIPART, PARTS, { form: "j", json: "/b" }],
])("writePlace() writes where readPlace() reads: %s %.60s at %j", (contentType, body, place) => {
  const written = writePlace(request(contentType, body), place, 'ä"+&');
  expect(readPlace({ request: incoming(written, 0) }, place)).toBe('ä"+&');
});

test("writePlace() leaves the other parts and files of a multipart body as they are", () => {
  const seen = incoming(writePlace(request(MULTIPART, PARTS), { form: "a" }, "2"), 0);
  expect(Buffer.from(seen.body).toString()).toMatch(
    /name="f"; filename="f"\r\n(?:.*\r\n)?\r\n1\r\n--b/,
  );
  expect(readPlace({ request: seen }, { form: "j", json: "/n/0" })).toBe("7");
});
