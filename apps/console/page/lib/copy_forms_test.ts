import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { toBase64 } from "./bytes.ts";
import { asCurl, asHandlerTest } from "./copy_forms.ts";
import type { StoredEvent } from "./wire.ts";

const run = promisify(execFile);

function stored(part: { provider?: string; type?: string; body: string }): StoredEvent {
  const { provider = "generic", type = "course.enrolled", body } = part;
  const headers = btoa("content-type: application/json\r\nhost: hooks.example.com\r\n");
  const event = {
    source: "academy",
    provider,
    type,
    receivedAtMs: 1,
    headers,
    body: toBase64(body),
  };
  return event as StoredEvent;
}

test("asCurl() posts the same body and headers to the URL it is given", () => {
  const body = `{"name":"O'Hara"}`;
  expect(asCurl(stored({ body }), { url: "https://hooks.example.com/api/webhooks/academy" })).toBe(
    `curl https://hooks.example.com/api/webhooks/academy -H 'content-type: application/json' --data-binary '{"name":"O'\\''Hara"}'`,
  );
});

/** Uses all that a handler is given, and takes only what it asks for. */
const HANDLER = `
export async function handle(event, { deliveryId, attempt, signal, log }) {
  log.info("came", { attempt, deliveryId });
  signal.throwIfAborted();
  const { data, headers, flags, timestamp, receivedAt, body } = event;
  const all = [headers["content-type"], flags.length, timestamp.length, receivedAt.getTime()];
  console.log("given " + JSON.stringify([event.type, data, all, JSON.parse(new TextDecoder().decode(body))]));
}`;

test.each([
  ["a generic event", stored({ body: '{"data":{"n":7,"who":"Ana"}}' }), { n: 0, who: "redacted" }],
  [
    "another provider's",
    stored({ provider: "stripe", body: '{"data":{"n":7}}' }),
    { data: { n: 0 } },
  ],
  ["what is no JSON", stored({ provider: "acme", body: "a=b" }), null],
  ["a type that is code", stored({ type: '"); throw 1; ("\n', body: '{"data":[]}' }), []],
])("asHandlerTest() makes a test that runs beside its handler, of %s", async (_, event, data) => {
  await using folder = await temporaryDirectory();
  const file = "/srv/app/handlers/enrol-students.mts";
  await writeFile(join(folder.path, "enrol-students.mts"), HANDLER);
  await writeFile(join(folder.path, "copied_test.mts"), asHandlerTest(event, { file }));
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { stdout } = await run(process.execPath, ["copied_test.mts"], { cwd: folder.path, env });
  expect(stdout).toMatch(/^# pass 1$|^ℹ pass 1$/m);
  const given = JSON.parse(/^given (.+)$/m.exec(stdout)?.[1] ?? "null");
  expect(given.slice(0, 3)).toEqual([event.type, data, [null, 0, 24, 1]]);
});
