import { setTimeout as delay } from "node:timers/promises";
import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { Agenda, type AgendaBackend, InMemoryNotificationChannel } from "agenda";
import { BoundedWork } from "./bounded_work.ts";

/** How often Agenda looks for jobs that were not announced to it, in milliseconds. */
const PROCESS_EVERY_MS = 1_000;

/** A lock older than this belongs to a dispatcher that died, in milliseconds. */
const LOCK_LIFETIME_MS = 4_000;

/** How long one run of recurring work is waited for, in milliseconds: less than its lock lives. */
const WORK_MS_MAX = 3_000;

/** Seconds remembered as announced, so that a thousand retries in one second make one job. */
const ANNOUNCED_SECONDS_MAX = 10_000;

/** How often recurring work is looked after, in milliseconds: a clock that was set back must not stop it for long. */
const REVIVE_EVERY_MS = 5_000;

/** How often setting up recurring work is tried, and the wait after the first failure, in milliseconds. */
const REPEAT_TRIES_MAX = 5;
const REPEAT_AGAIN_MS = 50;

/** One error of Agenda is logged in this time, in milliseconds: without its database every kind of job fails each second. */
const LINE_EVERY_MS = 10_000;

const ALARM = "wake";

/** Work that one of the dispatchers does again and again. */
export interface RecurringWork {
  /** Names the job, and the work in log lines. */
  name: string;
  everyMs: number;
  work: () => Promise<void>;
}

/** Options for {@linkcode Scheduler}. */
export interface SchedulerOptions {
  backend: AgendaBackend;
  /** Claims what is due. Called at the start of every second given to {@linkcode Scheduler.wakeAt}. */
  wake: () => void;
  recurring: readonly RecurringWork[];
  log: Log;
}

/**
 * Alarms and recurring work, on Agenda. What is due is stored with the deliveries, and the look-out finds it: a lost
 * alarm makes a delivery late by a second at most. So errors of Agenda are logged, and nothing waits for it.
 */
export class Scheduler {
  readonly #agenda: Agenda;
  readonly #options: SchedulerOptions;
  readonly #announced = new Set<number>();
  readonly #revive: BoundedWork;
  readonly #alarmNotSet: (fields: object) => void;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#alarmNotSet = this.#boundedWarning("alarm not set; the look-out finds what is due");
    this.#agenda = new Agenda({
      backend: options.backend,
      notificationChannel: new InMemoryNotificationChannel(),
      processEvery: PROCESS_EVERY_MS,
      defaultLockLifetime: LOCK_LIFETIME_MS,
      removeOnComplete: true,
    });
    const failed = this.#boundedWarning("Agenda failed; retries may be up to a second late");
    this.#agenda.on("error", (error: Error) => failed({ err: error }));
    this.#agenda.define(ALARM, async () => options.wake());
    for (const recurring of options.recurring) {
      const work = new BoundedWork({ ...recurring, msMax: WORK_MS_MAX, log: options.log });
      this.#agenda.define(recurring.name, () => work.run());
    }
    this.#revive = new BoundedWork({
      name: "looking after recurring work",
      work: () => this.revive(),
      everyMs: REVIVE_EVERY_MS,
      msMax: WORK_MS_MAX,
      log: options.log,
    });
  }

  /** Starts recurring work, and sets an alarm for each of these seconds, in milliseconds since 1970. */
  async start(dueSeconds: readonly number[]): Promise<void> {
    await this.#agenda.start();
    for (const work of this.#options.recurring) await this.#repeat(work);
    for (const second of dueSeconds) this.wakeAt(second);
    this.#revive.start();
  }

  /**
   * Sets up recurring work again that is further off than its interval, or locked in the future: the clock that wrote these
   * times was set back since, or was another machine's. Agenda would wait until the clock has caught up.
   */
  async revive(): Promise<void> {
    for (const work of this.#options.recurring) {
      const { name, everyMs } = work;
      const { jobs } = await this.#agenda.db.queryJobs({ name });
      const now = Date.now();
      const isAhead = jobs.some(({ nextRunAt, lockedAt }) => {
        const aheadMs = (date: Date | null | undefined) => (date ? date.getTime() - now : 0);
        return (
          aheadMs(nextRunAt) > everyMs + PROCESS_EVERY_MS || aheadMs(lockedAt) > PROCESS_EVERY_MS
        );
      });
      if (!isAhead) continue;
      this.#options.log.warn(
        { work: name },
        "recurring work waits for a clock that was set back, setting it up again",
      );
      // Seconds of the old time were announced, but their alarms are far off.
      this.#announced.clear();
      await this.#agenda.cancel({ name });
      await this.#repeat(work);
    }
  }

  /** Logs this message once in {@linkcode LINE_EVERY_MS}, with how often it was left out since. */
  #boundedWarning(message: string): (fields: object) => void {
    const monotonic = () => performance.now();
    const budget = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
    return (fields) => {
      const omitted = budget.take();
      if (omitted === null) return;
      this.#options.log.warn({ ...fields, ...(omitted > 0 && { omitted }) }, message);
    };
  }

  /** Of two dispatchers that start at once, one is refused by the unique index; its next try finds the other's job. */
  async #repeat({ name, everyMs }: RecurringWork): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#agenda.every(everyMs, name);
        return;
      } catch (error) {
        if (tries === REPEAT_TRIES_MAX) throw error;
        const waitMs = REPEAT_AGAIN_MS * tries;
        const fields = { err: error, work: name };
        this.#options.log.warn(fields, `recurring work not set up, trying again in ${waitMs} ms`);
        await delay(waitMs);
      }
    }
  }

  /** Sets an alarm at the start of the second of `time`. There is one job per second, however many alarms it has. */
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
        this.#alarmNotSet({ err: error, second });
      });
  }

  /** Stops, and unlocks the jobs it holds. */
  async stop(): Promise<void> {
    this.#revive.stop();
    await this.#agenda.stop();
  }
}
