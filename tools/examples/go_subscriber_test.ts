import { execFile, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { ensureLocalToken } from "@hookgate/config";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { prepareApps } from "../processes/apps.ts";

const FOLDER = resolve(import.meta.dirname, "../../examples/go-subscriber");
const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";

const run = promisify(execFile);
const hasGo = await run("go", ["version"]).then(
  () => true,
  () => false,
);
if (!hasGo) process.stderr.write("\nTHE SUBSCRIBER IN GO IS NOT TESTED: there is no go here\n\n");

(hasGo ? test : test.skip)(
  "the subscriber in Go takes events, and goes on after a restart of the dispatcher",
  async () => {
    await using folder = await temporaryDirectory();
    const program = join(folder.path, "subscriber");
    await run("go", ["build", "-o", program, "."], { cwd: FOLDER, timeout: 240_000 });
    const config = `{
      sources: { academy: { provider: "generic", secrets: ["${SECRET}"] } },
      subscriptions: { books: { events: ["*"], stream: true } },
    }`;
    const apps = await prepareApps(folder.path, { config });
    let gateway = await apps.start("gateway");
    ensureLocalToken(apps.dataDir);
    const args = [
      "-address",
      apps.rpcAddress,
      "-token",
      join(apps.dataDir, "rpc_token"),
      "-name",
      "books",
    ];
    const subscriber = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
    const lines: string[] = [];
    createInterface({ input: subscriber.stdout }).on("line", (line) => lines.push(line));
    try {
      for (const word of ["before", "after"]) {
        const signed = signedGenericRequest({ secret: SECRET, data: { word } });
        const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/academy`;
        const stored = async () => (await fetch(url, { method: "POST", ...signed })).status === 200;
        await waitFor(stored, { what: "an answer of 200", timeoutMs: 30_000 });
        const printed = () => lines.some((line) => line.includes(`"word":"${word}"`));
        await waitFor(printed, { what: `the event ${word}`, timeoutMs: 30_000 });
        if (word === "before") {
          await gateway.stop();
          gateway = await apps.start("gateway");
        }
      }
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(/^evt_[0-9a-f]{32} payment\.success \{/);
    } finally {
      subscriber.kill("SIGTERM");
      await gateway.stop();
    }
  },
  300_000,
);
