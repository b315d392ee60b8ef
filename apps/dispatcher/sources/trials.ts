import { randomBytes } from "node:crypto";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Notes } from "../store/contract/notes.ts";

/** Name of the note that holds them. */
const NOTE = "trials";

/** How long one is open, in milliseconds: as long as the doctor takes, and half as much more. */
const OPEN_MS = 120_000;

/** Trials at once. */
const TRIALS_MAX = 8;

/** Bytes of the word in the path, which nobody guesses in that time, and of the secret. */
const WORD_BYTES = 16;
const SECRET_BYTES = 32;

/** How long what was read counts, in milliseconds: edges report about each second. */
const KEPT_MS = 500;

const WRITE_TRIES_MAX = 10;

/** A path that takes test events for a while. */
export interface Trial {
  /** The last part of its path, in hexadecimal digits. */
  word: string;
  /** What signs them, in Standard Webhooks. */
  secret: string;
  /** In milliseconds since 1970. */
  until: number;
}

/** Options for {@linkcode Trials}. */
export interface TrialsOptions {
  store: StoreTime & Notes;
}

/** The trials that operators have opened, at whichever dispatcher. Without one no path takes test events. */
export class Trials {
  readonly #store: TrialsOptions["store"];
  #kept: { at: number; trials: Promise<Trial[]> } | null = null;

  constructor({ store }: TrialsOptions) {
    this.#store = store;
  }

  /** Opens one, with a word and a secret of its own. */
  async open(): Promise<Trial> {
    const word = randomBytes(WORD_BYTES).toString("hex");
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
    for (let tries = 1; tries <= WRITE_TRIES_MAX; tries += 1) {
      const { revision, text } = await this.#store.note(NOTE);
      const now = this.#store.now();
      const trial = { word, secret, until: now + OPEN_MS };
      const open = [...openOf(text, now), trial].slice(-TRIALS_MAX);
      if (await this.#store.writeNote(NOTE, { revision, text: JSON.stringify(open) })) {
        this.#kept = null;
        return trial;
      }
    }
    throw new Error("Cannot open a trial: others do at the same time");
  }

  /** Those that are open now. */
  async current(): Promise<Trial[]> {
    const now = this.#store.now();
    if (this.#kept === null || Math.abs(now - this.#kept.at) > KEPT_MS) {
      const trials = this.#store.note(NOTE).then(({ text }) => openOf(text, now));
      this.#kept = { at: now, trials };
      trials.catch(() => {
        this.#kept = null;
      });
    }
    return this.#kept.trials;
  }
}

/** One that is open for longer was written by a clock that was set back since. */
function openOf(text: string, now: number): Trial[] {
  const trials: Trial[] = text === "" ? [] : JSON.parse(text);
  return trials.filter(({ until }) => until > now && until <= now + OPEN_MS);
}
