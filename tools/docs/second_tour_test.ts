import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { prepareApps } from "../processes/apps.ts";
import { readSteps, runShell, shape } from "./suite/transcript.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";

/** The tour promises less than a minute; most of it is what a person reads and types. */
const TOUR_MS_MAX = 60_000;

const BROKEN = `/** Welcomes a student. */

export function handle() {
  throw new Error("the ledger is closed");
}`;

const MENDED = "export function handle() {}\n";

/** An id that a document has, and that a run replaces by the one of the same kind that it saw. */
const ID = /\b(?:evt|dlv|flr|rpl)_[0-9a-f]{32}/g;

test("the second tour prints what its document says, in less than a minute", async () => {
  await using folder = await temporaryDirectory();
  const handler = join(folder.path, "course_enrolled.ts");
  await writeFile(handler, BROKEN);
  const apps = await prepareApps(folder.path, {
    config: `{
      sources: { academy: { provider: "generic", secrets: ["${SECRET}"] } },
      subscriptions: {
        course_enrolled: {
          events: ["course.*"],
          handler: "./course_enrolled.ts",
          retry: { maxAttempts: 3, backoff: { initial: 10, factor: 1, maxDelay: 10 } },
        },
      },
    }`,
  });
  await using running = new AsyncDisposableStack();
  const gateway = await apps.start("gateway");
  running.defer(gateway.stop);
  const path = `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`;
  const env = { DISPATCHER_ADDRESS: apps.rpcAddress, DATA_DIR: apps.dataDir, PATH: path };
  for (let count = 0; count < 3; count += 1) await send(apps.edgePort);
  const run = (command: string) => runShell(`${command} 2>&1`, { cwd: ROOT, env });
  const failureNow = () => JSON.parse(run("npx hookgate failures --json") || "{}");
  const failure = await waitFor(() => failureNow().dead === 3 && failureNow(), {
    what: "three dead deliveries",
    timeoutMs: 30_000,
  });
  const seen: Record<string, string> = { flr: failure.id, dlv: failure.deliveryId };

  const startedAt = performance.now();
  const steps = readSteps(await readFile(join(ROOT, "docs/second-tour.md"), "utf8"));
  expect(steps.map(({ command }) => command.split(" ").slice(0, 3).join(" "))).toEqual([
    "npx hookgate failures",
    "npx hookgate replay",
    "npx hookgate events",
    "npx hookgate replay",
    "npx hookgate dead",
    "npx hookgate failures",
  ]);
  for (const [index, { command, output }] of steps.entries()) {
    const real = command.replaceAll(ID, (id) => seen[id.slice(0, 3)] ?? id);
    let printed = "";
    const prints = () => {
      printed = ofFolder(run(real), folder.path);
      return shapeOf(printed) === shapeOf(output);
    };
    // A delivery takes a moment; what changes something is run once.
    if (/ (?:events|dead)\b/.test(real)) {
      await waitFor(prints, { what: real, timeoutMs: 20_000 }).catch(() => {});
    } else prints();
    expect(shapeOf(printed)).toBe(shapeOf(output));
    if (index > 0) continue;
    await writeFile(handler, MENDED);
    process.kill(gateway.pid, "SIGHUP");
    const kinds = () => run("npx hookgate changes --kind handler --json");
    await waitFor(() => kinds().includes("course_enrolled.ts"), {
      what: "the mended handler",
      timeoutMs: 20_000,
    });
  }
  expect(performance.now() - startedAt).toBeLessThan(TOUR_MS_MAX);
}, 150_000);

async function send(port: number): Promise<void> {
  const { headers, body } = signedGenericRequest({ secret: SECRET, type: "course.enrolled" });
  const url = `http://127.0.0.1:${port}/api/webhooks/academy`;
  await waitFor(async () => (await fetch(url, { method: "POST", headers, body })).ok, {
    what: "an answer of 200",
    timeoutMs: 30_000,
  });
}

/** Paths as a reader in that folder would write them. */
function ofFolder(text: string, folder: string): string {
  return text.replaceAll(`${folder}/`, "");
}

/** The shape of an output, whatever the width of its columns. */
function shapeOf(text: string): string {
  return shape(text).replaceAll(/ {2,}/g, "  ");
}
