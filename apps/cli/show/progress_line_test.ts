import { Writable } from "node:stream";
import { waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { progressLine, showWhile } from "./progress_line.ts";

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

test("showWhile() tells for how long, and leaves nothing behind, also after a failure", async () => {
  const { written, stream } = output({ isTTY: true, columns: 80 });
  let now = 0;
  const { promise, reject } = Promise.withResolvers<never>();
  const shown = showWhile(promise, "copying the store", { stderr: stream, now: () => now });
  now = 12_000;
  await waitFor(() => written.length > 0, { what: "a line", timeoutMs: 5_000 });
  expect(written[0]).toContain("copying the store, 12 s");
  reject(new Error("the disk is full"));
  await expect(shown).rejects.toThrow("the disk is full");
  expect(written.at(-1)).toBe("\r\x1b[K");
});
