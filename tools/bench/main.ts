import { join } from "node:path";
import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { benchBacklog } from "./rows/backlog.ts";
import { benchDispatch, benchRetries } from "./rows/deliveries.ts";
import { benchFanout } from "./rows/fanout.ts";
import { benchFeatures } from "./rows/features.ts";
import { benchHandlerNeighbours } from "./rows/handler_neighbours.ts";
import { benchHandlers } from "./rows/handlers.ts";
import { benchIdleSubscribers } from "./rows/idle_subscribers.ts";
import { benchIngest } from "./rows/ingest.ts";
import { benchLatency } from "./rows/latency.ts";
import { benchNeighbours } from "./rows/neighbours.ts";
import { benchOverload } from "./rows/overload.ts";
import { benchPages } from "./rows/pages.ts";
import { benchReplay } from "./rows/replay.ts";
import { benchSearch } from "./rows/search.ts";
import { benchStart } from "./rows/start.ts";
import { benchSubscriberNeighbours } from "./rows/subscriber_neighbours.ts";

const program = new Command("npm run bench --").description(
  "Measures against yardsticks, interleaved in one run: only the ratios count.",
);
const posts = { rounds: 5, seconds: 10, connections: 64, bytes: 2_048, peers: true };
row("ingest", posts)
  .description("acknowledged posts per second, answer time and CPU per event")
  .option("--fresh", "a new connection for each post")
  .action(benchIngest);
row("features", { ...posts, peers: false })
  .description("what features cost an event that is stored: protection, traces, an open console")
  .action(benchFeatures);
row("handlers", posts)
  .description("posts with a handler, until every outcome is durable")
  .action(benchHandlers);
row("latency", posts)
  .description("at half load: from the answer to the first attempt")
  .action(benchLatency);
row("overload", { ...posts, rounds: 3, connections: 512 })
  .description("twice what it can take: what is accepted, how late, and what a refusal costs")
  .action(benchOverload);
const deliveries = { rounds: 5, deliveries: 100_000, bytes: 2_048, peers: true };
row("dispatch", deliveries)
  .description("first attempts of what waits, per second, at the defaults")
  .action(benchDispatch);
row("retries", deliveries)
  .description("retries that are all due at the same time")
  .action(benchRetries);
row("backlog", { rounds: 5, seconds: 10, connections: 64, bytes: 2_048, deliveries: 200_000 })
  .description("what the backlog of one subscription costs the posts of others")
  .action(benchBacklog);
row("fanout", { rounds: 5, events: 25_000, subscribers: 4, bytes: 2_048 })
  .description("gRPC subscribers that acknowledge, beside grpc-js alone")
  .action(benchFanout);
row("subscriber-neighbours", { rounds: 3, events: 25_000, subscribers: 4, bytes: 2_048 })
  .description("what a subscriber that is stuck costs the others")
  .action(benchSubscriberNeighbours);
row("idle-subscribers", { rounds: 3, subscribers: 900 })
  .description("memory of subscribers that wait for events, beside grpc-js alone")
  .action(benchIdleSubscribers);
row("pages", { rounds: 3, events: 1_000_000, bytes: 200 })
  .description("pages of a store of few events and of many, and the console's in Chromium")
  .option("--keep <folder>", "fill the stores there once, and use them again in later runs")
  .action(benchPages);
row("search", { rounds: 15, seconds: 4, rate: 500, events: 100_000, bytes: 2_048 })
  .description("what a search in the bodies of many events costs the posts that come meanwhile")
  .action(benchSearch);
row("start", { rounds: 5, peers: true })
  .description("from a command to the first durable 200")
  .action(benchStart);
row("neighbours", { rounds: 5, seconds: 10, rate: 200 })
  .description("what a misbehaving endpoint costs another subscription")
  .action(benchNeighbours);
row("handler-neighbours", { rounds: 3, seconds: 20, rate: 200 })
  .description("what a misbehaving handler costs another subscription, from its first event on")
  .option("--modes <names>", "only these, divided by commas, beside `fine`")
  .action(benchHandlerNeighbours);
row("replay", { rounds: 5, seconds: 10, rate: 200, deliveries: 100_000, perSecond: 500 })
  .description("what a replay of dead deliveries costs live events, and how fast a cancel stops it")
  .action(benchReplay);
program
  .command("all", { isDefault: true })
  .description("every row, one after the other; about an hour")
  .option("--seconds <n>", "length of a round, for the rows that have one", wholeNumber())
  .option("--rounds <n>", "counted rounds, after a warm-up", wholeNumber())
  .option("--no-peers", "without Redis and PostgreSQL")
  .option("--json <folder>", "write all values to a file for each row, too")
  .action(benchAll);
await program.parseAsync();

/** The options of rows, and what they say of them. */
interface RowDefaults {
  rounds: number;
  seconds?: number;
  connections?: number;
  bytes?: number;
  rate?: number;
  events?: number;
  subscribers?: number;
  deliveries?: number;
  perSecond?: number;
  peers?: boolean;
}

function row(name: string, { peers, ...defaults }: RowDefaults): Command {
  const about: Record<keyof typeof defaults, string> = {
    rounds: "counted rounds, after a warm-up",
    seconds: "length of a round",
    connections: "keep-alive connections of the client",
    bytes: "size of a body",
    rate: "events per second",
    events: "events in the store",
    subscribers: "subscribers, each with a connection",
    deliveries: "deliveries that wait, or are dead",
    perSecond: "replayed deliveries per second",
  };
  const command = program.command(name);
  for (const [key, value] of Object.entries(defaults)) {
    const flag = key.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    command.option(`--${flag} <n>`, about[key as keyof typeof about], wholeNumber(), value);
  }
  if (peers) command.option("--no-peers", "without Redis and PostgreSQL");
  if (name !== "replay") command.option("--json <file>", "write all values to a file, too");
  return command;
}

async function benchAll(given: {
  seconds?: number;
  rounds?: number;
  peers: boolean;
  json?: string;
}): Promise<void> {
  const { seconds, rounds, peers, json } = given;
  for (const command of program.commands.filter((one) => one.name() !== "all")) {
    const has = (name: string) => command.options.some((one) => one.attributeName() === name);
    await command.parseAsync(
      [
        ...(seconds !== undefined && has("seconds") ? ["--seconds", `${seconds}`] : []),
        ...(rounds === undefined ? [] : ["--rounds", `${rounds}`]),
        ...(!peers && has("peers") ? ["--no-peers"] : []),
        ...(json !== undefined && has("json")
          ? ["--json", join(json, `${command.name()}.json`)]
          : []),
      ],
      { from: "user" },
    );
  }
}
