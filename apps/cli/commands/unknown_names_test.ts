import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createProgram } from "../run_cli.ts";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";
import { allCommands, pathOf } from "./examples.ts";

const NOTE = 'no source is called "acadamy" now: did you mean academy?';
const notes = [NOTE];
const nextPageToken = "";

let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    getHealth: async () => ({}) as never,
    listEvents: async () => ({ events: [], notes, nextPageToken }),
    listChanges: async () => ({ changes: [], notes, nextPageToken }),
    changeSubscription: async () => ({ changed: true, types: [], sources: [] }),
    listQuarantine: async () => ({ requests: [], notes, nextPageToken }),
    listFailures: async () => ({ failures: [], notes, nextPageToken }),
    createReplay: async () => ({
      replay: null,
      matched: 0,
      countedAll: true,
      bySubscription: [],
      notes,
    }),
    getMetricSeries: async () => ({ stepMs: 0, series: [], fromMs: 0, toMs: 0 }),
    eraseSubject: async () => ({ keys: [], inForceMs: 0 }),
  });
});
afterAll(() => dispatcher.close());

/** What else a command needs, by its name. */
const REST: Readonly<Record<string, readonly string[]>> = {
  events: [],
  dead: [],
  tail: [],
  wait: ["course.enrolled", "--timeout", "1ms"],
  metrics: [],
  replay: ["--from", "1h", "--dry-run"],
  "failures list": [],
  "quarantine list": [],
  "quarantine verify": [],
  "quarantine release": [],
  changes: [],
  listen: ["--to", "http://127.0.0.1:1", "--name", "laptop"],
  "subscriptions change": ["crm", "--reason", "a test"],
  erase: ["--subject", "ana", "--reason", "a test", "--yes"],
};

/** They fail if there is no such source. */
const FAILING = ["send", "verify", "secrets"];

/** Options that name something. The subject of `erase` is a person: its source comes first. */
const FILTERS = ["--source", "--subscription", "--subject"];

/** The commands that filter by a name, with the first option that does. */
const filtering = allCommands(createProgram({ env: {} } as never)).flatMap((command) => {
  const path = pathOf(command);
  const option = FILTERS.find((filter) => command.options.some(({ long }) => long === filter));
  return option === undefined || FAILING.includes(path) ? [] : [[path, option]];
});

test("every command that filters by a name is tried here", () => {
  expect(filtering.map(([path]) => path).sort()).toEqual(Object.keys(REST).sort());
});

test.each(filtering)("hookgate %s %s says once that nobody knows a name", async (...row) => {
  const [path = "", option = ""] = row;
  const interrupt = new AbortController();
  const args = [...path.split(" "), ...(REST[path] ?? []), option, "acadamy"];
  // It shows what comes until it is stopped.
  if (path === "tail") setTimeout(() => interrupt.abort(), 1_200);
  const { err } = await dispatcher.call(args, { interrupt: interrupt.signal });
  expect(err.split("\n").filter((line) => line === `Note: ${NOTE}`)).toHaveLength(1);
});
