import { createInterface } from "node:readline";
import { ensureLocalToken } from "@hookgate/config";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { startPythonSubscriber } from "../../libs/client/suite/python_subscriber.ts";
import { prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";

/** More than a gRPC client takes unless told. */
const LARGE_BYTES = 5 * 1024 * 1024;

const CONFIG = `{
  sources: { academy: { provider: "generic", secrets: ["${SECRET}"], bodyBytesMax: 8_000_000 } },
  subscriptions: { books: { events: ["*"], stream: true } },
}`;

async function surviveRestart(env: Record<string, string>): Promise<void> {
  await using folder = await temporaryDirectory();
  const apps = await prepareApps(folder.path, { config: CONFIG, env });
  const post = async (data: unknown): Promise<string> => {
    const request = signedGenericRequest({ secret: SECRET, data });
    const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/academy`;
    let eventId = "";
    // While the dispatcher is away, and on a busy machine, the answer is 503.
    const isStored = async () => {
      const answer = await fetch(url, { method: "POST", ...request });
      const received = (await answer.json()) as { eventId?: string };
      eventId = received.eventId ?? "";
      return answer.status === 200;
    };
    await waitFor(isStored, { what: "an answer of 200", timeoutMs: 30_000 });
    return eventId;
  };
  let dispatcher = await apps.start("dispatcher");
  const edge = await apps.start("edge");
  await using subscriber = await startPythonSubscriber({
    folder: folder.path,
    address: apps.rpcAddress,
    token: ensureLocalToken(apps.dataDir),
    name: "books",
    types: [],
  });
  /** Bytes printed for each event, by its id. */
  const handled = new Map<string, number>();
  const lines = createInterface({ input: subscriber.stdout });
  lines.on("line", (line) => handled.set(line.slice(0, line.indexOf(" ")), line.length));
  const allHandled = async (...ids: string[]) => {
    const missing = () => ids.filter((id) => !handled.has(id));
    await waitFor(() => missing().length === 0, { what: "all events", timeoutMs: 60_000 });
  };
  try {
    const large = await post("x".repeat(LARGE_BYTES));
    await allHandled(large);
    expect(handled.get(large)).toBeGreaterThan(LARGE_BYTES);

    // Nobody reads what it prints, so that it is handling the first of these when the dispatcher is killed.
    lines.pause();
    const before = [await post("y".repeat(LARGE_BYTES)), await post("behind it")];
    await dispatcher.kill();
    dispatcher = await apps.start("dispatcher");
    lines.resume();
    await allHandled(...before, await post("after a kill"));
    await dispatcher.stop();
    dispatcher = await apps.start("dispatcher");
    await allHandled(await post("after a restart"));
    expect(subscriber.errors()).toContain("connecting again");
  } finally {
    await edge.stop();
    await dispatcher.stop();
  }
}

test("the README's subscriber in Python takes an event of 5 MiB, and survives a kill and a restart of the dispatcher", async () => {
  await surviveRestart({});
}, 300_000);

test("it does so with MongoDB", async () => {
  await using database = await mongoDatabase();
  await surviveRestart({ MONGODB_URI: database.uri });
}, 300_000);
