import { Command, InvalidArgumentError } from "commander";
import { benchIngest } from "./ingest.ts";
import { benchNeighbours } from "./neighbours.ts";
import { benchReplay } from "./replay.ts";

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("a whole number from 1");
  return number;
}

const program = new Command("npm run bench --").description(
  "Measures against yardsticks in one run, interleaved: only the ratios count.",
);
program
  .command("ingest")
  .description("acknowledged posts a second, answer time and CPU per event")
  .option("--seconds <n>", "length of a round", whole, 10)
  .option("--rounds <n>", "counted rounds, after one that is not", whole, 5)
  .option("--connections <n>", "keep-alive connections of the client", whole, 64)
  .option("--bytes <n>", "size of a body", whole, 2_048)
  .action(benchIngest);
program
  .command("neighbours")
  .description("what an endpoint that misbehaves costs the subscription beside it")
  .option("--seconds <n>", "length of a round", whole, 10)
  .option("--rounds <n>", "counted rounds, after one that is not", whole, 5)
  .option("--rate <n>", "events a second", whole, 200)
  .action(benchNeighbours);
program
  .command("replay")
  .description("what a replay of dead deliveries costs live events, and whether a cancel ends it")
  .option("--deliveries <n>", "dead deliveries", whole, 100_000)
  .option("--seconds <n>", "length of a round", whole, 10)
  .option("--rounds <n>", "rounds without and with it", whole, 5)
  .option("--rate <n>", "live events a second", whole, 200)
  .option("--per-second <n>", "deliveries that the replay makes a second", whole, 500)
  .action(benchReplay);
await program.parseAsync();
