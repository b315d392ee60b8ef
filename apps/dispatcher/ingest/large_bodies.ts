import { copyInTurns, TaskThread } from "@hookgate/async";
import {
  type Description,
  type FoundPlaces,
  findPlaces,
  type WantedPlaces,
} from "@hookgate/providers";
import { type DescribeElsewhere, type DescribeTask, describeTask } from "@hookgate/receive";
import type { ReceivedEvent } from "@hookgate/types";
import {
  type FoundFields,
  foundFields,
  type ReadFieldsElsewhere,
  type ReadFieldsTask,
  readFieldsTask,
} from "../subscriptions/body_fields.ts";

/** Time to look into one body, in milliseconds: a hostile one of 32 MiB takes about 700, more on a busy machine. */
const LOOK_MS_MAX = 10_000;

/** What the thread is to do with a body. */
export type LargeBodyTask =
  | { fieldsOf: ReadFieldsTask }
  | { describe: DescribeTask }
  | { placesOf: FindPlacesTask };

/** What {@linkcode findPlaces} takes, as plain data. */
interface FindPlacesTask extends Pick<ReceivedEvent, "headers" | "body"> {
  wanted: WantedPlaces;
}

/** What it found. */
export type LargeBodyAnswer = FoundFields | Description | FoundPlaces | null;

/**
 * Looks into large bodies of proven senders on a thread of its own, one at a time. How many wait is bounded: one for each commit
 * under way, and for each call of an operator.
 */
export class LargeBodies {
  readonly #thread = new TaskThread<LargeBodyTask, LargeBodyAnswer>({
    file: new URL("./large_bodies_worker.ts", import.meta.url),
    what: "look into a large body",
    msMax: LOOK_MS_MAX,
  });

  /** @throws {Error} if it takes too long, or the thread fails. */
  readonly readFields: ReadFieldsElsewhere = async (event, tree) => {
    const headers = new Uint8Array(event.headers);
    const found = await this.#look(event.body, (body) => ({ fieldsOf: { headers, body, tree } }));
    return foundFields(found as FoundFields);
  };

  /** @throws {Error} if it takes too long, or the thread fails. */
  readonly describe: DescribeElsewhere = async ({ source, request }) => {
    const task = (body: Uint8Array) => ({ describe: { source, request: { ...request, body } } });
    return (await this.#look(request.body, task)) as Description;
  };

  /** @throws {Error} if it takes too long, or the thread fails. */
  readonly findPlaces = async (
    event: Pick<ReceivedEvent, "headers" | "body">,
    wanted: WantedPlaces,
  ): Promise<FoundPlaces | null> => {
    const headers = new Uint8Array(event.headers);
    const found = this.#look(event.body, (body) => ({ placesOf: { headers, body, wanted } }));
    return (await found) as FoundPlaces | null;
  };

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  /** Whether its thread has started. What comes before is looked into here: an edge does not wait that long on a busy machine. */
  get ready(): boolean {
    return this.#thread.ready;
  }

  async #look(
    bytes: Uint8Array,
    toTask: (body: Uint8Array) => LargeBodyTask,
  ): Promise<LargeBodyAnswer> {
    if (!this.ready) return lookInto(toTask(bytes));
    return this.#thread.run(async () => {
      const body = await copyInTurns(bytes);
      return { task: toTask(body), transfer: [body.buffer] };
    });
  }
}

/** Carries out a task, on whichever thread this is. */
export function lookInto(task: LargeBodyTask): LargeBodyAnswer {
  if ("fieldsOf" in task) return readFieldsTask(task.fieldsOf);
  if ("describe" in task) return describeTask(task.describe);
  return findPlaces(task.placesOf, task.placesOf.wanted);
}
