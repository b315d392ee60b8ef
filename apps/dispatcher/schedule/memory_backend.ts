import { randomUUID } from "node:crypto";
import type {
  AgendaBackend,
  JobParameters,
  JobRepository,
  JobRepositoryOptions,
  JobsOverview,
  JobsQueryOptions,
  JobsResult,
  RemoveJobsOptions,
} from "agenda";
import { computeJobState, toJobId } from "agenda";

/** Agenda's backend for the embedded store. */
export function memoryBackend(): AgendaBackend {
  return {
    name: "memory",
    repository: new MemoryJobRepository(),
    ownsConnection: true,
    connect: async () => {},
    disconnect: async () => {},
  };
}

/**
 * Agenda's jobs in memory, for the embedded store. Only one process schedules, and each start reads what is due from the
 * deliveries, so nothing here has to survive. There are few jobs: one per recurring work, and at most one alarm per second.
 */
export class MemoryJobRepository implements JobRepository {
  readonly #jobs = new Map<string, JobParameters>();
  /** Ids of jobs with a `unique` key, by name and key. */
  readonly #unique = new Map<string, string>();

  async connect(): Promise<void> {}

  async queryJobs(options: JobsQueryOptions = {}): Promise<JobsResult> {
    const now = new Date();
    const { name, names, state, skip = 0, limit = this.#jobs.size } = options;
    const all = [...this.#jobs.values()]
      .filter(
        (job) => (name === undefined || job.name === name) && (!names || names.includes(job.name)),
      )
      .map((job) => ({ ...job, _id: idOf(job), state: computeJobState(job, now) }))
      .filter((job) => state === undefined || job.state === state);
    return { jobs: all.slice(skip, skip + limit), total: all.length };
  }

  async getJobsOverview(): Promise<JobsOverview[]> {
    return [];
  }

  async getDistinctJobNames(): Promise<string[]> {
    return [...new Set([...this.#jobs.values()].map(({ name }) => name))];
  }

  async getJobById(id: string): Promise<JobParameters | null> {
    return this.#jobs.get(id) ?? null;
  }

  async getQueueSize(): Promise<number> {
    const now = Date.now();
    return [...this.#jobs.values()].filter((job) => isDue(job, now)).length;
  }

  async removeJobs(options: RemoveJobsOptions): Promise<number> {
    const { id, ids, name, names, notNames } = options;
    if (!id && !ids && !name && !names && !notNames) return 0;
    const wanted = new Set<string>([...(ids ?? []), ...(id ? [id] : [])].map(String));
    const candidates = wanted.size > 0 ? [...wanted] : [...this.#jobs.keys()];
    let removed = 0;
    for (const candidate of candidates) {
      const job = this.#jobs.get(candidate);
      if (!job) continue;
      if (name !== undefined && job.name !== name) continue;
      if (names && !names.includes(job.name)) continue;
      if (notNames?.includes(job.name)) continue;
      this.#remove(candidate, job);
      removed += 1;
    }
    return removed;
  }

  async saveJob<DATA = unknown>(
    job: JobParameters<DATA>,
    options: JobRepositoryOptions | undefined,
  ): Promise<JobParameters<DATA>> {
    const existing = this.#existing(job as JobParameters);
    if (existing && job.uniqueOpts?.insertOnly) return existing as JobParameters<DATA>;
    const id = existing ? idOf(existing) : (job._id ?? toJobId(randomUUID()));
    const { lastModifiedBy } = options ?? {};
    const saved = { ...existing, ...job, _id: id, ...(lastModifiedBy ? { lastModifiedBy } : {}) };
    this.#jobs.set(id, saved as JobParameters);
    const key = uniqueKey(saved as JobParameters);
    if (key) this.#unique.set(key, id);
    return saved as JobParameters<DATA>;
  }

  async saveJobState(job: JobParameters): Promise<void> {
    const id = idOf(job);
    const stored = this.#jobs.get(id);
    if (stored) this.#jobs.set(id, { ...stored, ...job });
  }

  async lockJob(job: JobParameters): Promise<JobParameters | undefined> {
    const stored = this.#jobs.get(idOf(job));
    if (!stored || stored.lockedAt || stored.disabled) return undefined;
    return this.#lock(stored);
  }

  async unlockJob(job: JobParameters): Promise<void> {
    await this.unlockJobs([idOf(job)]);
  }

  async unlockJobs(jobIds: readonly string[]): Promise<void> {
    for (const id of jobIds) {
      const { lockedAt: _, ...rest } = this.#jobs.get(id) ?? {};
      if ("name" in rest) this.#jobs.set(id, rest as JobParameters);
    }
  }

  async getNextJobToRun(
    jobName: string,
    nextScanAt: Date,
    lockDeadline: Date,
  ): Promise<JobParameters | undefined> {
    let next: JobParameters | undefined;
    for (const job of this.#jobs.values()) {
      if (job.name !== jobName || !isDue(job, nextScanAt.getTime())) continue;
      if (job.lockedAt && job.lockedAt > lockDeadline) continue;
      if (!next || dueTime(job) < dueTime(next)) next = job;
    }
    return next && this.#lock(next);
  }

  async disableJobs(): Promise<number> {
    return 0;
  }

  async enableJobs(): Promise<number> {
    return 0;
  }

  async purgeAllJobs(): Promise<number> {
    const purged = this.#jobs.size;
    this.#jobs.clear();
    this.#unique.clear();
    return purged;
  }

  #existing(job: JobParameters): JobParameters | undefined {
    if (job._id) return this.#jobs.get(job._id);
    const key = uniqueKey(job);
    const id = key && this.#unique.get(key);
    return id ? this.#jobs.get(id) : undefined;
  }

  #lock(job: JobParameters): JobParameters {
    const locked = { ...job, lockedAt: new Date() };
    this.#jobs.set(idOf(job), locked);
    return { ...locked };
  }

  #remove(id: string, job: JobParameters): void {
    this.#jobs.delete(id);
    const key = uniqueKey(job);
    if (key) this.#unique.delete(key);
  }
}

function idOf(job: JobParameters) {
  if (!job._id) throw new TypeError("Cannot use an Agenda job: it has no id");
  return job._id;
}

function dueTime(job: JobParameters): number {
  return job.nextRunAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

function isDue(job: JobParameters, time: number): boolean {
  return !job.disabled && dueTime(job) <= time;
}

/** Agenda keeps one job per name of type `single`, and one per name and `unique` key. */
function uniqueKey(job: JobParameters): string | null {
  if (job.type === "single") return job.name;
  return job.unique ? `${job.name} ${JSON.stringify(job.unique)}` : null;
}
