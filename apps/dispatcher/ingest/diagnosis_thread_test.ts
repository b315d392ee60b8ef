import { afterEach, expect, test } from "@jest/globals";
import { exampleRefused } from "../suite/example_refused.ts";
import { exampleSource } from "../suite/example_source.ts";
import { DiagnosisThread, type DiagnosisThreadOptions } from "./diagnosis_thread.ts";

const threads: DiagnosisThread[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

function startThread(options: DiagnosisThreadOptions = {}): DiagnosisThread {
  const thread = new DiagnosisThread(options);
  threads.push(thread);
  return thread;
}

/** A thread that does this with the text of each request's body; `answer` sends what it found. */
function threadOf(program: string): URL {
  const module = `
    import { parentPort } from "node:worker_threads";
    const answer = (...answer) => parentPort.postMessage({ answer });
    parentPort.on("message", ({ request }) => {
      const text = Buffer.from(request.body).toString();
      ${program}
    });
    parentPort.postMessage("ready");`;
  return new URL(`data:text/javascript,${encodeURIComponent(module)}`);
}

const OPTIONS = { source: exampleSource(), sources: [exampleSource()], now: 0 };
const refused = (body: string) => exampleRefused({ body: Buffer.from(body) });

test("diagnose() returns what `diagnose` finds", async () => {
  const thread = startThread({ msMax: 10_000 });
  const sources = [exampleSource(), exampleSource({ name: "other" })];
  const found = await thread.diagnose(refused("{}"), { ...OPTIONS, sources, now: Date.now() });
  expect(found[0]).toEqual(expect.stringContaining("signature"));
});

test("diagnose() ends a thread that takes too long, and the next call has another", async () => {
  const file = threadOf(`if (text === "endless") for (;;); answer(text);`);
  const thread = startThread({ file, msMax: 200 });
  await expect(thread.diagnose(refused("endless"), OPTIONS)).rejects.toThrow("200 ms passed");
  expect(await thread.diagnose(refused("next"), OPTIONS)).toEqual(["next"]);
});

test("diagnose() fails with a thread that ends, and the next call has another", async () => {
  const file = threadOf(`if (text === "bad") throw new Error("broken"); answer(text);`);
  const thread = startThread({ file, msMax: 10_000 });
  await expect(thread.diagnose(refused("bad"), OPTIONS)).rejects.toThrow("broken");
  expect(await thread.diagnose(refused("next"), OPTIONS)).toEqual(["next"]);
});

test("diagnose() fails if the request cannot be sent to the thread", async () => {
  const thread = startThread({ file: threadOf("answer(text)") });
  const source = { ...exampleSource(), describe: () => "" };
  await expect(thread.diagnose(refused("a"), { ...OPTIONS, source })).rejects.toThrow("clone");
  expect(await thread.diagnose(refused("next"), OPTIONS)).toEqual(["next"]);
});
