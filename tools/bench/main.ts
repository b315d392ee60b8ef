import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { benchHandlerNeighbours } from "./handler_neighbours.ts";
import { benchHandlers } from "./handlers.ts";
import { benchIngest } from "./ingest.ts";
import { benchNeighbours } from "./neighbours.ts";
import { benchOverload } from "./overload.ts";
import { benchReplay } from "./replay.ts";

const program = new Command("npm run bench --").description(
  "Measures against yardsticks, interleaved in one run: only the ratios count.",
);
compared("ingest", { rounds: 5, connections: 64 })
  .description("acknowledged posts per second, answer time and CPU per event")
  .action(benchIngest);
compared("handlers", { rounds: 5, connections: 64 })
  .description("posts with a handler, until every outcome is durable")
  .action(benchHandlers);
compared("overload", { rounds: 3, connections: 512 })
  .description("twice what it can take: what is accepted, how late, and what a refusal costs")
  .action(benchOverload);
program
  .command("neighbours")
  .description("what a misbehaving endpoint costs another subscription")
  .option("--seconds <n>", "length of a round", wholeNumber(), 10)
  .option("--rounds <n>", "counted rounds, after a warm-up", wholeNumber(), 5)
  .option("--rate <n>", "events per second", wholeNumber(), 200)
  .action(benchNeighbours);
program
  .command("handler-neighbours")
  .description("what a misbehaving handler costs another subscription, from its first event on")
  .option("--seconds <n>", "length of a round", wholeNumber(), 20)
  .option("--rounds <n>", "rounds", wholeNumber(), 3)
  .option("--rate <n>", "events per second", wholeNumber(), 200)
  .option("--modes <names>", "only these, divided by commas, beside `fine`")
  .action(benchHandlerNeighbours);
program
  .command("replay")
  .description("what a replay of dead deliveries costs live events, and how fast a cancel stops it")
  .option("--deliveries <n>", "dead deliveries", wholeNumber(), 100_000)
  .option("--seconds <n>", "length of a round", wholeNumber(), 10)
  .option("--rounds <n>", "rounds without and with the replay", wholeNumber(), 5)
  .option("--rate <n>", "live events per second", wholeNumber(), 200)
  .option("--per-second <n>", "replayed deliveries per second", wholeNumber(), 500)
  .action(benchReplay);
await program.parseAsync();

/** A command that compares with what a team would write itself. */
function compared(name: string, { rounds, connections }: { rounds: number; connections: number }) {
  return program
    .command(name)
    .option("--seconds <n>", "length of a round", wholeNumber(), 10)
    .option("--rounds <n>", "counted rounds, after a warm-up", wholeNumber(), rounds)
    .option("--connections <n>", "keep-alive connections of the client", wholeNumber(), connections)
    .option("--bytes <n>", "size of a body", wholeNumber(), 2_048)
    .option("--no-peers", "without Redis and PostgreSQL")
    .option("--json <file>", "write all values to a file, too");
}
