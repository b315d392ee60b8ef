import type { HandlerEvent } from "@hookgate/types";

/** Sources whose handler does this. */
export const HOSTILE_SOURCES = ["throws", "hangs", "eats_memory", "exits"] as const;

/** A handler that does what no handler should: each source has its own way. */
export async function handle({ source }: HandlerEvent): Promise<void> {
  switch (source) {
    case "hangs":
      return new Promise(() => {});
    case "eats_memory":
      // Outside of V8's heap, which has a limit of its own.
      for (const kept: Buffer[] = []; ; ) {
        kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    case "exits":
      return process.exit(1);
    default:
      throw new Error("this handler always throws");
  }
}
