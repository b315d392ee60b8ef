/** What the client sent, and the answer. */
export interface LedgerEntry {
  body: string;
  /** The status; 0 if the connection broke or no answer came in time. */
  status: number;
  eventId: string;
}

/** A load of signed posts that continues through all faults, and records the answers. */
export interface Load {
  entries: readonly LedgerEntry[];
  /** Stops sending and waits for outstanding answers. */
  stop(): Promise<void>;
}

/** Options for {@linkcode startLoad}. */
export interface StartLoadOptions {
  url: string;
  sign: (body: string) => Record<string, string>;
  /** Posts sent at once. */
  concurrency: number;
}

const ANSWER_MS_MAX = 10_000;

/** Wait after a failed post, so as not to hammer a dead edge. */
const PAUSE_AFTER_FAILURE_MS = 20;

/** Starts posting. Every body is different, and sent once. */
export function startLoad({ url, sign, concurrency }: StartLoadOptions): Load {
  const entries: LedgerEntry[] = [];
  let stopped = false;
  let numbered = 0;
  const post = async () => {
    while (!stopped) {
      numbered += 1;
      const body = JSON.stringify({
        type: "payment.success",
        timestamp: "2026-01-01T00:00:00Z",
        data: { n: numbered, text: "ünïcødé ".repeat(numbered % 50) },
      });
      const entry = await postOnce(url, body, sign(body));
      entries.push(entry);
      if (entry.status === 200) continue;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
    }
  };
  const posting = Array.from({ length: concurrency }, post);
  return {
    entries,
    async stop() {
      stopped = true;
      await Promise.all(posting);
    },
  };
}

async function postOnce(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<LedgerEntry> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(url, { method: "POST", body, headers, signal });
    const answer = (await response.json()) as { eventId?: string };
    return { body, status: response.status, eventId: answer.eventId ?? "" };
  } catch {
    return { body, status: 0, eventId: "" };
  }
}
