/** Changes that are kept, the newest. */
export const CHANGES_MAX = 10_000;

/** How long changes are kept, in milliseconds: 30 days. */
export const CHANGES_MS_MAX = 30 * 86_400_000;

/** What can change. */
export const CHANGE_KINDS = [
  "start",
  "stop",
  "reload",
  "configuration",
  "subscription",
  "handler",
  "secret",
  "breaker",
  "pause",
] as const;

/** One of {@linkcode CHANGE_KINDS}. */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Something that changed in how Hookgate runs. */
export interface Change {
  /** `chg_` and a UUIDv7 of {@linkcode at}, so that changes sort by time. */
  id: string;
  /** In milliseconds since 1970. */
  at: number;
  kind: ChangeKind;
  /** A subscription, a source, or the path of a handler's file; empty for a whole process. */
  subject: string;
  /** What happened to it, in words. */
  text: string;
  /** What a later look compares with, such as the SHA-256 of a file; empty if there is nothing. Never a secret. */
  value: string;
}

/** Which changes {@linkcode Changes.changes} returns. */
export interface ChangeQuery {
  /** @default all */
  kinds?: readonly ChangeKind[];
  /** @default all */
  subject?: string;
  /** Changes of this time and later, in milliseconds since 1970. @default all */
  from?: number;
  /** Changes before, in milliseconds since 1970. @default all */
  to?: number;
  /** Changes before the one of this id. @default all */
  before?: string;
  limit: number;
}

/** What changed, and when. */
export interface Changes {
  /** Adds changes. Then removes those past the newest {@linkcode CHANGES_MAX}. */
  recordChanges(changes: readonly Change[]): Promise<void>;

  /** Changes, newest first. Looks at all that are kept, at most. */
  changes(query: ChangeQuery): Promise<Change[]>;

  /** Removes changes of before that time, in milliseconds since 1970. Returns how many. */
  pruneChanges(options: { madeBefore: number }): Promise<number>;
}
