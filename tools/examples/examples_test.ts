import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { freePort, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { runExample } from "./running_example.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../examples");
const SECRET = "6c1d0b9f8e7a5432-of-the-examples-b3d1f7";

test("every example is listed, and says how to run it", () => {
  const list = readFileSync(join(EXAMPLES, "README.md"), "utf8");
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((one) => one.isDirectory());
  for (const { name } of folders) {
    expect(list).toContain(`[${name}](${name}/README.md)`);
    expect(readFileSync(join(EXAMPLES, name, "README.md"), "utf8")).toContain("```sh");
  }
  expect(folders).toHaveLength(6);
});

test("the ledger has each payment once, also after a replay", async () => {
  await using example = await runExample("stripe-to-ledger", {
    env: (place) => ({
      STRIPE_SECRET: `whsec_${"q7Wk2".repeat(6)}`,
      LEDGER_FILE: join(place, "ledger.sqlite"),
    }),
  });
  const paid = await example.send(
    "payment_intent.succeeded",
    "--data",
    '{"object":{"id":"pi_1","amount":4900,"currency":"eur"}}',
  );
  await example.delivered(paid);
  const refunded = await example.send(
    "charge.refunded",
    "--data",
    '{"object":{"id":"ch_1","amount":900,"currency":"eur"}}',
  );
  await example.delivered(refunded);
  await example.hookgate("replay", paid, "--reason", "is it idempotent?");
  await example.delivered(paid);
  const ledger = new DatabaseSync(join(example.place, "ledger.sqlite"), { readOnly: true });
  try {
    const rows = ledger.prepare("SELECT object, cents FROM entries ORDER BY cents").all();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { object: "ch_1", cents: -900 },
      { object: "pi_1", cents: 4900 },
    ]);
  } finally {
    ledger.close();
  }
}, 60_000);

test("a push is said in Slack, and what Slack will never take is dead at once", async () => {
  const said: string[] = [];
  let status = 200;
  const slack = await listen(async (body) => {
    said.push(JSON.parse(body).text);
    return status;
  });
  await using _closed = closing(slack.server);
  await using example = await runExample("github-to-slack", {
    env: () => ({ GITHUB_SECRET: SECRET, SLACK_WEBHOOK_URL: slack.url }),
  });
  await example.delivered(await example.send("push"));
  expect(said).toEqual(["Somebody pushed 0 commits to octocat/hello, main"]);

  status = 404;
  const lost = await example.send("push");
  const isDead = async () => {
    const { deliveries } = JSON.parse(await example.hookgate("event", lost, "--json"));
    return deliveries[0]?.state === "dead" && deliveries[0].attempts.length === 1;
  };
  await waitFor(isDead, { what: "a dead delivery", timeoutMs: 20_000 });
}, 60_000);

test("each student's progress is in order, although every first event fails once", async () => {
  await using example = await runExample("course-platform", {
    env: (place) => ({ COURSES_SECRET: SECRET, PROGRESS_FILE: join(place, "progress.jsonl") }),
  });
  const sent: { student: string; event: string }[] = [];
  for (const type of ["course.enrolled", "module.completed", "course.completed"]) {
    for (const student of ["ada", "bo"]) {
      const event = await example.send(
        type,
        "--data",
        JSON.stringify({ studentId: student, type }),
      );
      sent.push({ student, event });
    }
  }
  for (const { event } of sent) await example.delivered(event);
  const text = await readFile(join(example.place, "progress.jsonl"), "utf8");
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { studentId: string; event: string });
  for (const student of ["ada", "bo"]) {
    const got = lines.filter(({ studentId }) => studentId === student).map(({ event }) => event);
    expect(got).toEqual(sent.filter((one) => one.student === student).map(({ event }) => event));
  }
}, 60_000);

// As Next.js calls a route's handler: with a Web Request. Next itself does not run here.
test("the route of the Next.js application takes what Hookgate delivers, and nothing else", async () => {
  const port = await freePort();
  process.env["HOOKS_SECRET"] = SECRET;
  const { POST } = await import("../../examples/beside-nextjs/app/api/hooks/route.ts");
  const answers: number[] = [];
  const app = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = Object.entries(incoming.headers).map(
      ([name, value]) => [name, String(value)] as [string, string],
    );
    const init = { method: "POST", headers, body: Buffer.concat(chunks) };
    const answer = await POST(new Request(`http://127.0.0.1:${port}${incoming.url}`, init));
    answers.push(answer.status);
    outgoing.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => app.listen(port, "127.0.0.1", resolve));
  await using _closed = closing(app);
  await using example = await runExample("beside-nextjs", {
    env: () => ({
      ACADEMY_SECRET: `${SECRET}-academy`,
      HOOKS_SECRET: SECRET,
      APP_URL: `http://127.0.0.1:${port}/api/hooks`,
    }),
  });
  await example.delivered(await example.send("course.enrolled"));
  expect(answers).toEqual([204]);
  const forged = await fetch(`http://127.0.0.1:${port}/api/hooks`, { method: "POST", body: "{}" });
  expect(forged.status).toBe(401);
}, 60_000);

async function listen(
  answer: (body: string) => Promise<number>,
): Promise<{ server: Server; url: string }> {
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
    outgoing.writeHead(await answer(body)).end("said");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function closing(server: Server): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
