import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@hookgate/telemetry";
import { Agenda, type AgendaBackend, InMemoryNotificationChannel } from "agenda";

/** How often Agenda looks for jobs that nobody announced to it, in milliseconds. */
const PROCESS_EVERY_MS = 1_000;

/** A lock older than this is of a dispatcher that died, in milliseconds. No job here runs nearly as long. */
const LOCK_LIFETIME_MS = 4_000;

/** Seconds that are remembered as announced, so that a thousand retries in one second ask Agenda once. */
const ANNOUNCED_SECONDS_MAX = 10_000;

/** Tries to set recurring work at the start, and the wait after the first one that failed, in milliseconds. */
const REPEAT_TRIES_MAX = 5;
const REPEAT_AGAIN_MS = 50;

const ALARM = "wake";

/** Recurring work. */
export interface RecurringWork {
  name: string;
  everyMs: number;
  work: () => Promise<void>;
}

/** Options for {@linkcode Scheduler}. */
export interface SchedulerOptions {
  backend: AgendaBackend;
  /** Claims what is due: called at the start of every second for which {@linkcode Scheduler.wakeAt} asked. */
  wake: () => void;
  recurring: readonly RecurringWork[];
  log: Log;
}

/**
 * Alarms and recurring work, on Agenda. The deliveries hold the truth: an alarm that is lost costs punctuality, never a
 * delivery, so a fault of Agenda's is logged and not waited for.
 */
export class Scheduler {
  readonly #agenda: Agenda;
  readonly #options: SchedulerOptions;
  readonly #announced = new Set<number>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#agenda = new Agenda({
      backend: options.backend,
      notificationChannel: new InMemoryNotificationChannel(),
      processEvery: PROCESS_EVERY_MS,
      defaultLockLifetime: LOCK_LIFETIME_MS,
      removeOnComplete: true,
    });
    this.#agenda.on("error", (error: Error) => options.log.warn({ err: error }, "Agenda failed"));
    this.#agenda.define(ALARM, async () => options.wake());
    for (const { name, work } of options.recurring) this.#agenda.define(name, work);
  }

  /** Starts the work, and asks for an alarm in each of these seconds. */
  async start(dueSeconds: readonly number[]): Promise<void> {
    await this.#agenda.start();
    for (const work of this.#options.recurring) await this.#repeat(work);
    for (const second of dueSeconds) this.wakeAt(second);
  }

  /** Two dispatchers that start at once may meet: the one that was refused finds what the other has written. */
  async #repeat({ name, everyMs }: RecurringWork): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#agenda.every(everyMs, name);
        return;
      } catch (error) {
        if (tries === REPEAT_TRIES_MAX) throw error;
        this.#options.log.warn({ err: error, work: name }, "recurring work not set yet");
        await delay(REPEAT_AGAIN_MS * tries);
      }
    }
  }

  /** Asks for a wake-up at the start of the second of `time`; one job for each second, however often it is asked. */
  wakeAt(time: number): void {
    const second = Math.floor(time / 1_000) * 1_000;
    if (this.#announced.has(second)) return;
    if (this.#announced.size >= ANNOUNCED_SECONDS_MAX) this.#announced.clear();
    this.#announced.add(second);
    this.#agenda
      .create(ALARM, { second })
      .unique({ "data.second": second }, { insertOnly: true })
      .schedule(new Date(second))
      .save()
      .catch((error: unknown) => {
        this.#announced.delete(second);
        this.#options.log.warn({ err: error, second }, "alarm not set");
      });
  }

  /** Lets go of the jobs it holds. */
  async stop(): Promise<void> {
    await this.#agenda.stop();
  }
}
