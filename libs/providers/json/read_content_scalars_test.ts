import { eventContent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { formatHeaderBlock } from "../headers/header_block.ts";
import { readContentScalars } from "./read_content_scalars.ts";
import { JSON_PARTS, pointerTree } from "./read_json_scalars.ts";

const part = (head: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;

const PARTS =
  part('name="tag"', "a") +
  part('name="tag"', '{"x":[true]}') +
  part('name="note"', '{"type":"paid"}') +
  part('name="scan"; filename="a.pdf"\r\nContent-Type: application/pdf', "12345") +
  part('name="page"; filename="1.png"', "1") +
  part('name="page"; filename="2.png"', "22") +
  "--b--";
const PAIRS = `tag=a&tag=${encodeURIComponent('{"x":[true]}')}&note=%7B%22type%22%3A%22paid%22%7D`;

function read(contentType: string, text: string, pointers: readonly string[]) {
  const event = {
    headers: formatHeaderBlock(["Content-Type", contentType]),
    body: Buffer.from(text),
  };
  return Object.fromEntries(readContentScalars(event, pointerTree(pointers)) ?? []);
}

test.each([
  ["multipart/form-data; boundary=b", PARTS],
  ["application/x-www-form-urlencoded", PAIRS],
])("readContentScalars() reads a repeated field of %s as a list", (contentType, text) => {
  const pointers = ["/tag", "/tag/0", "/tag/1", "/tag/1/x/0", "/tag/2", "/tag/x", "/note/type"];
  expect(read(contentType, text, pointers)).toEqual({
    "/tag": JSON_PARTS,
    "/tag/0": "a",
    "/tag/1": '{"x":[true]}',
    "/tag/1/x/0": true,
    "/note/type": "paid",
  });
});

test("readContentScalars() reads name, type and size of a file, as handlers see them", () => {
  const contentType = "multipart/form-data; boundary=b";
  const pointers = [
    "/scan",
    "/scan/name",
    "/scan/contentType",
    "/scan/bytes",
    "/scan/x",
    "/page/1/name",
  ];
  const found = read(contentType, PARTS, pointers);
  expect(found).toEqual({
    "/scan": JSON_PARTS,
    "/scan/name": "a.pdf",
    "/scan/contentType": "application/pdf",
    "/scan/bytes": 5,
    "/page/1/name": "2.png",
  });
  const body = Buffer.from(PARTS);
  expect(eventContent({ provider: "mailgun", type: "x", body, contentType }).data).toMatchObject({
    tag: ["a", '{"x":[true]}'],
    scan: { name: found["/scan/name"], bytes: found["/scan/bytes"] },
    page: [{ name: "1.png" }, { name: "2.png" }],
  });
});
