import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { waitFor } from "@hookgate/testing";
import { afterAll, expect, jest, test } from "@jest/globals";
import { HandlerFiles } from "./suite/handler_files.ts";
import { isAlive } from "./suite/is_alive.ts";

// Real processes, on machines that may be busy.
jest.setTimeout(60_000);

const files = new HandlerFiles();
afterAll(() => files[Symbol.dispose]());

function addressOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** A dispatcher that does nothing but run one handler. */
function parentSource(handlerPath: string): string {
  return `
    import { HandlerTarget } from ${JSON.stringify(addressOf("./handler_target.ts"))};
    import { recordingLog } from ${JSON.stringify(addressOf("../../suite/recording_log.ts"))};
    import { sampleClaimed, sampleSubscription } from ${JSON.stringify(addressOf("../../suite/sample_claimed.ts"))};
    const output = { out: process.stdout, err: process.stderr };
    const hosts = { count: 2, memoryBytesMax: 256 * 1024 ** 2, env: {} };
    const target = new HandlerTarget({ hosts, log: recordingLog().log, output });
    const handler = { kind: "handler", path: ${JSON.stringify(handlerPath)} };
    const subscription = sampleSubscription({ target: handler });
    void target.attempt(sampleClaimed(), subscription, { number: 1, alone: false });
    console.log(JSON.stringify({ pids: target.pids }));
  `;
}

test.each([
  ["idle", "return new Promise(() => {});"],
  ["blocked", "for (;;);"],
])("a handler host that is %s dies with a dispatcher that was killed", async (name, body) => {
  const source = `import { writeSync } from "node:fs";
    export function handle() { writeSync(1, '{"running":true}\\n'); ${body} }`;
  const { target } = files.write(name, source);
  const parentPath = join(files.dir, `parent_of_${name}.ts`);
  writeFileSync(parentPath, parentSource(target.path));
  const parent = spawn(process.execPath, [parentPath], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(parent, "exit");
  let pids: number[] = [];
  try {
    let running = false;
    createInterface(parent.stdout).on("line", (line) => {
      const message = JSON.parse(line) as { pids?: number[]; running?: boolean };
      pids = message.pids ?? pids;
      running ||= message.running === true;
    });
    await waitFor(() => running && pids.length === 2, { what: "the handler", timeoutMs: 20_000 });
    expect(pids.filter(isAlive)).toHaveLength(2);
    parent.kill("SIGKILL");
    await exit;
    await waitFor(() => pids.every((pid) => !isAlive(pid)), {
      what: "the end of the hosts",
      timeoutMs: 20_000,
    });
  } finally {
    parent.kill("SIGKILL");
    for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
  }
});
