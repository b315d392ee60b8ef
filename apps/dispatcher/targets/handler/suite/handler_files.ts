import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleSubscription } from "../../../suite/sample_claimed.ts";
import type { SubscriptionOf } from "../../target.ts";

/** A folder outside the clone for handler modules. */
export class HandlerFiles {
  readonly dir = mkdtempSync(join(tmpdir(), "hookgate-handlers-"));

  /** Writes a module; gives a subscription of the same name whose handler it is. */
  write(
    name: string,
    source: string,
    options: Partial<SubscriptionOf<"handler">> = {},
  ): SubscriptionOf<"handler"> {
    const path = join(this.dir, `${name}.ts`);
    writeFileSync(path, source);
    return sampleSubscription({ name, target: { kind: "handler", path }, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
