import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { progressLine } from "./progress_line.ts";

function output(terminal: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { written, stream: Object.assign(stream, terminal) };
}

test("progressLine() rewrites one line of a terminal, and leaves nothing behind", async () => {
  const { written, stream } = output({ isTTY: true, columns: 80 });
  const line = progressLine({ stderr: stream });
  await line.show("1 of 2");
  await line.show("2 of 2");
  await line.clear();
  expect(written).toEqual(["\r\x1b[K1 of 2", "\r\x1b[K2 of 2", "\r\x1b[K"]);
});

test("progressLine() never fills the line, and drives no terminal", async () => {
  const { written, stream } = output({ isTTY: true, columns: 12 });
  await progressLine({ stderr: stream }).show("a\x1b[2Jbcdefghijkl");
  expect(written).toEqual(["\r\x1b[Ka\\u001b[…"]);
});

test("progressLine() shows nothing where there is no terminal", async () => {
  const { written, stream } = output({});
  const line = progressLine({ stderr: stream });
  await line.show("1 of 2");
  await line.clear();
  expect(written).toEqual([]);
});
