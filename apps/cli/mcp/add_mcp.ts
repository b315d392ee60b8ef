import { readEnv } from "@hookgate/config";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";

interface McpOptions {
  bodies?: true;
}

/** Adds `hookgate mcp`: what an operator reads, for a language model, over standard input and output. */
export function addMcp(program: Command, cli: Cli): void {
  program
    .command("mcp")
    .description("serve the Model Context Protocol: a model reads, and proposes what you approve")
    .option("--bodies", "show bodies and the values of headers, which are masked otherwise")
    .action(async ({ bodies }: McpOptions) => {
      // What is wrong with it, no call could mend.
      readEnv(cli.env);
      // Nobody else waits for its packages.
      const { serveMcp } = await import("./serve_mcp.ts");
      await serveMcp(cli, { bodies: bodies === true, version: program.version() ?? "" });
    });
}
