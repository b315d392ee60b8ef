import { copyInTurns, TaskThread } from "@hookgate/async";
import type { Description } from "@hookgate/providers";
import { type DescribeElsewhere, type DescribeTask, describeTask } from "@hookgate/receive";

/** Time to describe one body, in milliseconds: a hostile one of 32 MiB takes about 700, more on a busy machine. */
const DESCRIBE_MS_MAX = 10_000;

/** Describes proven requests with large bodies on a thread of its own, one at a time. */
export class DescribeThread {
  readonly #thread = new TaskThread<DescribeTask, Description>({
    file: new URL("./describe_worker.ts", import.meta.url),
    what: "describe an event",
    msMax: DESCRIBE_MS_MAX,
  });

  /**
   * How many wait is bounded by the bytes in flight. What comes while the thread starts is looked into here: on a busy machine that
   * takes longer than an answer may.
   *
   * @throws {Error} if it takes too long, or the thread fails: answer 503.
   */
  readonly describe: DescribeElsewhere = async (task) => {
    if (!this.#thread.ready) return describeTask(task);
    const { source, request } = task;
    return this.#thread.run(async () => {
      const body = await copyInTurns(request.body);
      return { task: { source, request: { ...request, body } }, transfer: [body.buffer] };
    });
  };

  /** Whether its thread has started. */
  get ready(): boolean {
    return this.#thread.ready;
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
