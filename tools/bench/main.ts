import { Command } from "commander";
import { wholeNumber } from "../whole_number.ts";
import { benchIngest } from "./ingest.ts";
import { benchNeighbours } from "./neighbours.ts";
import { benchReplay } from "./replay.ts";

const program = new Command("npm run bench --").description(
  "Measures against yardsticks in one run, interleaved: only the ratios count.",
);
program
  .command("ingest")
  .description("acknowledged posts a second, answer time and CPU per event")
  .option("--seconds <n>", "length of a round", wholeNumber, 10)
  .option("--rounds <n>", "counted rounds, after one that is not", wholeNumber, 5)
  .option("--connections <n>", "keep-alive connections of the client", wholeNumber, 64)
  .option("--bytes <n>", "size of a body", wholeNumber, 2_048)
  .action(benchIngest);
program
  .command("neighbours")
  .description("what an endpoint that misbehaves costs the subscription beside it")
  .option("--seconds <n>", "length of a round", wholeNumber, 10)
  .option("--rounds <n>", "counted rounds, after one that is not", wholeNumber, 5)
  .option("--rate <n>", "events a second", wholeNumber, 200)
  .action(benchNeighbours);
program
  .command("replay")
  .description("what a replay of dead deliveries costs live events, and whether a cancel ends it")
  .option("--deliveries <n>", "dead deliveries", wholeNumber, 100_000)
  .option("--seconds <n>", "length of a round", wholeNumber, 10)
  .option("--rounds <n>", "rounds without and with it", wholeNumber, 5)
  .option("--rate <n>", "live events a second", wholeNumber, 200)
  .option("--per-second <n>", "deliveries that the replay makes a second", wholeNumber, 500)
  .action(benchReplay);
await program.parseAsync();
