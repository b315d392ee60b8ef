import type { ConfiguredSource } from "@hookgate/config";
import type { Provider } from "@hookgate/providers";
import type { RecurringHandshake } from "./handshake_state.ts";
import type { Patience } from "./patience.ts";

/** A source, or one of its types, that has gone quiet against its habit. */
export interface Silence {
  /** When its last event came, in milliseconds since 1970. */
  since: number;
  /** How many come in such a time by habit. */
  expected: number;
  /** Empty if it is all of the source. */
  type: string;
}

/** What is known of a source. */
export interface SourceFacts {
  source: ConfiguredSource;
  provider: Provider;
  /** When an event last came, to the minute, or to the hour if that is two days ago; null if none did in eight weeks. */
  lastAt: number | null;
  patience: Patience;
  /** The source as a whole. */
  silence: Silence | null;
  /** Types that are silent while others of the source come. */
  quietTypes: readonly Silence[];
  handshake: Omit<RecurringHandshake, "source"> | null;
}
