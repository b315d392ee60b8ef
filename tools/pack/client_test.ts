import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventToMessage, startRpcServer } from "@hookgate/rpc";
import { makeEvent, temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { ROOT } from "./root.ts";
import { canInstall, pack, plainEnv, run, systemNode } from "./suite/packed.ts";

const PROGRAM = `
import { subscribe } from "@hookgate/client";
const subscriber = subscribe({ address: process.argv[2], name: "crm" }, async (event) => {
  console.log(event.id, JSON.stringify(event.data));
  setImmediate(() => subscriber.close());
});
await subscriber.closed;
`;

const TYPED_PROGRAM = `
import { subscribe } from "@hookgate/client";
subscribe({ address: "", name: "crm", events: ["payment.*"] }, async (event, { signal }) => {
  const type: \`payment.\${string}\` = event.type;
  const body: Uint8Array = event.body;
  signal.throwIfAborted();
  // @ts-expect-error Not a requested type.
  const other: "course.enrolled" = event.type;
  console.log(type, body, other);
});
`;

test("the packed client is plain JavaScript with types, and receives in a separate project", async () => {
  if (!(await canInstall())) return;
  await using folder = await temporaryDirectory();
  const env = plainEnv();
  const tarball = await pack("@hookgate/client", join(folder.path, "packed"));
  await writeFile(join(folder.path, "package.json"), '{"private": true, "type": "module"}');
  const cwd = folder.path;
  await run("npm", ["install", "--no-audit", "--no-fund", tarball], { cwd, env });
  const installed = join(folder.path, "node_modules/@hookgate");
  expect(await readdir(installed)).toEqual(["client"]);
  const files = await readdir(join(installed, "client"), { recursive: true });
  expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));

  const event = makeEvent({ provider: "stripe", body: Buffer.from('{"n":1}') });
  const acknowledged: string[] = [];
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens: null, tls: null },
    ingest: null,
    admin: null,
    subscription: {
      subscribe(call) {
        const nothing = { opened: null, events: [], expiredAckIds: [] };
        call.receive({
          message({ open, ackIds }) {
            acknowledged.push(...ackIds);
            if (!open) return;
            const { types, sources } = open;
            const times = { ackDeadlineMs: 30_000, heartbeatMs: 5_000 };
            call.send({ ...nothing, opened: { created: true, types, sources, ...times } });
            const message = eventToMessage(event);
            const delivery = {
              ...{ ackId: "1", deliveryId: "dlv_1", attempt: 1 },
              ...{ event: message, traceparent: "", tracestate: "" },
            };
            call.send({ ...nothing, events: [delivery] });
          },
          end: () => call.end(),
          error() {},
        });
      },
    },
    log: { error() {} },
  });
  try {
    await writeFile(join(folder.path, "program.js"), PROGRAM);
    // This Node and the system's, which may be as old as the package allows.
    const programs = [process.execPath, (await systemNode())?.path ?? process.execPath];
    for (const node of programs) {
      const { stdout } = await run(node, ["program.js", server.address], { cwd, env });
      expect(stdout).toBe(`${event.id} {"n":1}\n`);
    }
    expect(acknowledged).toEqual(programs.map(() => "1"));
  } finally {
    await server.close({ graceMs: 0 });
  }

  await writeFile(join(folder.path, "typed.ts"), TYPED_PROGRAM);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
  const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  await run(tsc, [...options, ...types, "typed.ts"], { cwd, env });
}, 480_000);
