/** Entries that are kept, the newest. */
export const AUDIT_ENTRIES_MAX = 20_000;

/** How long entries are kept, in milliseconds: 400 days. */
export const AUDIT_MS_MAX = 400 * 86_400_000;

/** Something that an operator did. */
export interface AuditEntry {
  /** `aud_` and a UUIDv7 of {@linkcode at}, so that entries sort by time. */
  id: string;
  /** In milliseconds since 1970. */
  at: number;
  /** Name of the caller's token or certificate. */
  caller: string;
  /** What: `retry`, `pause` … */
  action: string;
  /** What it was done to. */
  target: string;
  /** Why, as the operator said; can be empty. */
  reason: string;
  /** `started` until it has ended; `done`, or why it was not done. */
  outcome: string;
}

/** What {@linkcode Audit.auditLog} returns. */
export interface AuditQuery {
  /** Entries of this time and later, in milliseconds since 1970. @default all */
  since?: number;
  /** Entries before the one of this id. @default all */
  before?: string;
  limit: number;
}

/** Who did what, and why. */
export interface Audit {
  /**
   * Adds an entry, or replaces the one with its id. Then removes those past the newest {@linkcode AUDIT_ENTRIES_MAX}.
   */
  recordAudit(entry: AuditEntry): Promise<void>;

  /** Entries, newest first. */
  auditLog(query: AuditQuery): Promise<AuditEntry[]>;

  /** Removes entries of before that time, in milliseconds since 1970. Returns how many. */
  pruneAudit(options: { madeBefore: number }): Promise<number>;
}
