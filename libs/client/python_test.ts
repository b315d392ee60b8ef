import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { pythonEnvironment, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { deliveryOf, scriptedDispatcher } from "./suite/scripted_dispatcher.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const VERSION = "1.85.1";

/** The README's program, in a folder with the code generated from the protos. */
async function writeProgram(folder: string, python: string): Promise<string> {
  const readme = await readFile(join(import.meta.dirname, "README.md"), "utf8");
  const program = /```python\n(.*?)```/s.exec(readme)?.[1];
  if (program === undefined) throw new Error("Cannot test the README: it shows no Python");
  await writeFile(join(folder, "subscriber.py"), program);
  const protos = ["event", "subscription"].map((name) => `hookgate/v1/${name}.proto`);
  const places = ["-I", join(ROOT, "protos"), `--python_out=${folder}`];
  const args = ["-m", "grpc_tools.protoc", ...places, `--grpc_python_out=${folder}`, ...protos];
  await promisify(execFile)(python, args);
  return join(folder, "subscriber.py");
}

test("the README's subscriber in Python receives and acknowledges", async () => {
  const python = await pythonEnvironment({
    what: "gRPC for Python",
    folder: join(ROOT, "node_modules/.cache/grpc_python", VERSION),
    requirements: [`grpcio==${VERSION}`, `grpcio-tools==${VERSION}`],
  });
  await using folder = await temporaryDirectory();
  await using dispatcher = await scriptedDispatcher({
    heartbeatMs: 50,
    security: {
      tokens: new Map([["of-books", { name: "books", scopes: ["subscribe:books"] }]]),
      tls: null,
    },
  });
  const program = await writeProgram(folder.path, python);
  const tokenPath = join(folder.path, "rpc_token");
  await writeFile(tokenPath, "of-books\n");
  const child = spawn(python, [program, dispatcher.address, tokenPath, "books", "payment.*"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  try {
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    await waitFor(() => dispatcher.streams[0]?.requests[0]?.open, {
      what: "the subscription to be opened",
      timeoutMs: 30_000,
    });
    const stream = await dispatcher.stream();
    expect(stream.requests[0]?.open).toMatchObject({
      subscription: "books",
      types: ["payment.*"],
      outstandingEventsMax: 1,
    });
    const delivery = deliveryOf({ type: "payment.success", body: Buffer.from([0, 255, 10]) });
    stream.send({ events: [delivery] });
    await waitFor(() => stream.ackIds().length === 1, { what: "the acknowledgement" });
    expect(stream.ackIds()).toEqual([delivery.ackId]);
    expect(lines).toEqual([`${delivery.event?.id} payment.success b'\\x00\\xff\\n'`]);
    const before = stream.requests.length;
    stream.send({});
    await waitFor(() => stream.requests.length > before, { what: "a sign of life" });
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}, 240_000);
