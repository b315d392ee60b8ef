import { once } from "node:events";
import { createInterface } from "node:readline";
import { RpcError } from "@hookgate/rpc";
import { temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { startPythonSubscriber } from "./suite/python_subscriber.ts";
import { deliveryOf, scriptedDispatcher } from "./suite/scripted_dispatcher.ts";

/** Python has to be installed, then to start on a machine that may be busy. */
const PYTHON_MS_MAX = 240_000;

function dispatcherOfBooks() {
  const books = { name: "books", scopes: ["subscribe:books"] };
  return scriptedDispatcher({
    heartbeatMs: 50,
    security: { tokens: new Map([["of-books", books]]), tls: null },
  });
}

const BOOKS = { token: "of-books", name: "books", types: ["payment.*"] };

test(
  "the README's subscriber in Python receives and acknowledges",
  async () => {
    await using folder = await temporaryDirectory();
    await using dispatcher = await dispatcherOfBooks();
    const { address } = dispatcher;
    await using subscriber = await startPythonSubscriber({
      folder: folder.path,
      address,
      ...BOOKS,
    });
    const lines: string[] = [];
    createInterface({ input: subscriber.stdout }).on("line", (line) => lines.push(line));
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
  },
  PYTHON_MS_MAX,
);

test(
  "the README's subscriber in Python asks for more time while it handles an event, and ends if it is refused",
  async () => {
    await using folder = await temporaryDirectory();
    await using dispatcher = await dispatcherOfBooks();
    const { address } = dispatcher;
    await using subscriber = await startPythonSubscriber({
      folder: folder.path,
      address,
      ...BOOKS,
    });
    await waitFor(() => dispatcher.streams[0]?.requests[0]?.open, {
      what: "the subscription to be opened",
      timeoutMs: 30_000,
    });
    const stream = await dispatcher.stream();
    // Nobody reads what it prints, so that it cannot finish printing the event.
    const delivery = deliveryOf({ type: "payment.success", body: Buffer.alloc(1024 * 1024) });
    stream.send({ events: [delivery] });
    stream.send({});
    await waitFor(() => stream.extensions().some(({ ackId }) => ackId === delivery.ackId), {
      what: "an extension",
    });
    expect(stream.ackIds()).toEqual([]);
    subscriber.stdout.resume();
    await waitFor(() => stream.ackIds().length === 1, { what: "the acknowledgement" });
    const exited = once(subscriber.process, "exit");
    stream.fail(new RpcError("FAILED_PRECONDITION", "it has another filter"));
    expect(await exited).toEqual([1, null]);
    expect(subscriber.errors()).toContain("it has another filter");
  },
  PYTHON_MS_MAX,
);
