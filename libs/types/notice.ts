/** What operators can be told of. */
export const NOTICE_KINDS = [
  "dead",
  "failure",
  "breaker",
  "pause",
  "silence",
  "handshake",
  "secret",
  "disk",
] as const;

/** One of {@linkcode NOTICE_KINDS}. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];
