import type { ConfiguredSource, Protect } from "@hookgate/config";
import { type FoundPlaces, findPlaces, type WantedPlaces } from "@hookgate/providers";
import { LOOKED_INTO_AT_ONCE_BYTES_MAX } from "@hookgate/receive";
import { hashInTurns } from "@hookgate/signature";
import {
  type CapturedEvent,
  type QuarantinedRequest,
  type ReceivedEvent,
  StartError,
} from "@hookgate/types";
import { type DataKeyName, type DataKeys, monthOf } from "../store/contract/data_keys.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { EventDetail, Events } from "../store/contract/events.ts";
import { DataKeyRing, nameOf, SHARED_KEY_MS, type UsableKey } from "./data_key_ring.ts";
import {
  type EditedEvent,
  editEvent,
  editHeaders,
  replaceHidden,
  wantedPlaces,
} from "./edit_event.ts";
import { hideValues } from "./hide_values.ts";
import { MasterKey, messageKey } from "./master_key.ts";
import { decrypt, encrypt, readHead, type SealedHead, seal, unseal } from "./sealed.ts";
import { erased, withoutSealed } from "./shown_event.ts";

const NO_BYTES = new Uint8Array(0);
const NOTHING_FOUND: FoundPlaces = { parts: [], subjects: [] };

/** Looks for places in a large body without holding up others. */
export type FindPlacesElsewhere = (
  event: Pick<ReceivedEvent, "headers" | "body">,
  wanted: WantedPlaces,
) => Promise<FoundPlaces | null>;

/** What is protected of a source, and where to look for it. */
interface Rules {
  protect: Protect;
  wanted: WantedPlaces;
}

/** An edited event, and the keys of the persons that it is about. */
interface NamedEvent extends EditedEvent {
  names: readonly DataKeyName[];
}

/** An event as a target gets it. */
export interface OpenedEvent {
  event: ReceivedEvent;
  /** Takes what was decrypted for it out of a text. */
  hide: (text: string) => string;
}

/** Options for {@linkcode Protection}. */
export interface ProtectionOptions {
  store: StoreTime & DataKeys & { readonly shared: boolean };
  /** The key that is not in the store; null if there is none. `create`: one may be made. */
  readMasterKey: (options: { create: boolean }) => Uint8Array | null;
  findElsewhere: FindPlacesElsewhere;
}

/**
 * Protects what sources send before it is written, and opens it for those who may have it. A source that protects nothing costs
 * a look-up of its name.
 */
export class Protection {
  readonly #options: ProtectionOptions;
  #rules: ReadonlyMap<string, Rules> = new Map();
  #master: MasterKey | null = null;
  #ring: DataKeyRing | null = null;
  /** What {@linkcode protect} returned. */
  readonly #stored = new WeakSet<CapturedEvent>();

  constructor(options: ProtectionOptions) {
    this.#options = options;
  }

  /**
   * Gets ready for sources that protect: reads the master key, and makes one if there is none and the store is embedded.
   *
   * @throws {StartError} if there is none, or not the one of this store.
   */
  async prepare(sources: readonly ConfiguredSource[]): Promise<void> {
    const { store, readMasterKey } = this.#options;
    const needed = sources.find(({ protect }) => protect !== undefined);
    const bytes = readMasterKey({ create: needed !== undefined && !store.shared });
    if (bytes === null) {
      if (needed === undefined) return;
      throw new StartError(
        `Cannot protect data of ${needed.name}: set DATA_KEY or DATA_KEY_FILE to 64 hexadecimal digits, the same for every dispatcher; make them with openssl rand -hex 32`,
      );
    }
    const master = new MasterKey(bytes);
    if (this.#master?.equals(master)) return;
    const keptMs = store.shared ? SHARED_KEY_MS : Number.POSITIVE_INFINITY;
    const ring = new DataKeyRing({ store, master, keptMs });
    await ring.open();
    this.#master = master;
    this.#ring = ring;
  }

  /** Protects what comes from now on as these sources want it; they have been prepared for. */
  use(sources: readonly ConfiguredSource[]): void {
    const rules = sources.flatMap(({ name, protect }): [string, Rules][] =>
      protect === undefined ? [] : [[name, { protect, wanted: wantedPlaces(protect) }]],
    );
    this.#rules = new Map(rules);
  }

  /** Whether a source protects anything. */
  readonly protects = (source: string): boolean => this.#rules.size > 0 && this.#rules.has(source);

  /** Whether an event is as it is to be stored. */
  readonly isProtected = (event: CapturedEvent): boolean =>
    !this.protects(event.source) || this.#stored.has(event);

  /** Events as they are to be stored: at once if none is of a source that protects. */
  readonly protect = (
    events: readonly CapturedEvent[],
  ): readonly CapturedEvent[] | Promise<readonly CapturedEvent[]> =>
    events.some(({ source }) => this.protects(source)) ? this.#protectAll(events) : events;

  /** The order key of an event as it is stored. */
  readonly hideOrderKey = (source: string, key: string | null): string | null => {
    if (!key || !this.protects(source)) return key;
    return this.#need().master.digest(`order ${key}`).toString("hex");
  };

  async #protectAll(events: readonly CapturedEvent[]): Promise<readonly CapturedEvent[]> {
    const edited = new Map<CapturedEvent, NamedEvent>();
    for (const event of events) {
      const done = await this.#edit(event);
      if (done !== null) edited.set(event, { ...done, names: this.#namesOf(event, done.subjects) });
    }
    const names = [...edited.values()].flatMap((one) => one.names);
    const keys = await this.#need().ring.named(names);
    const stored: CapturedEvent[] = [];
    for (const event of events) {
      const done = edited.get(event);
      stored.push(done === undefined ? event : await this.#seal(event, done, keys));
    }
    for (const event of stored) this.#stored.add(event);
    return stored;
  }

  /** The event as it is stored: what is shown of it, and what is encrypted. */
  async #seal(
    event: CapturedEvent,
    edited: NamedEvent,
    keys: ReadonlyMap<string, UsableKey>,
  ): Promise<CapturedEvent> {
    const { master, ring } = this.#need();
    const { headers, body, done, names } = edited;
    const named = names.flatMap((name) => keys.get(nameOf(name)) ?? []);
    const used = named.length > 0 ? named : [ring.nobody];
    const isAsItCame = body.shown === event.body;
    return {
      ...event,
      headers: headers.shown,
      body: body.shown,
      bodySha256: isAsItCame ? event.bodySha256 : master.digest(event.bodySha256),
      flags: [...event.flags, "protected"],
      protection: { done, sealed: await seal(event.id, edited, used) },
    };
  }

  #edit(event: CapturedEvent): EditedEvent | null | Promise<EditedEvent | null> {
    const rules = this.#rules.get(event.source);
    if (rules === undefined) return null;
    const { protect, wanted } = rules;
    // What cannot be read is only protected as a whole if anything in bodies is.
    const bare = wanted.places.length === 0 ? NOTHING_FOUND : null;
    const edit = (found: FoundPlaces | null) => editEvent(event, { protect, found: found ?? bare });
    const isLarge = event.body.length > LOOKED_INTO_AT_ONCE_BYTES_MAX;
    if (!isLarge) return edit(findPlaces(event, wanted));
    return this.#options.findElsewhere(event, wanted).then(edit);
  }

  #namesOf({ id, source }: CapturedEvent, subjects: readonly string[]): DataKeyName[] {
    if (subjects.length === 0) return [];
    const { master } = this.#need();
    const month = monthOf(timeOf(id));
    return subjects.map((subject) => ({ subject: master.subject(subject), source, month }));
  }

  /** An event as targets get it: what is encrypted as it came, or marked if its key was deleted. */
  readonly open = async (event: ReceivedEvent): Promise<OpenedEvent> => {
    const { protection } = event;
    if (protection === undefined) return { event, hide: (text) => text };
    const head = readHead(protection.sealed);
    const keys = await this.#keysOf(head);
    if (keys === null) return { event: await erased(event, head), hide: (text) => text };
    const { headers, body } =
      head.keys.length === 0 ? { headers: [], body: [] } : await unseal(protection.sealed, keys);
    const value = (values: readonly Uint8Array[]) => (index: number) => values[index] ?? NO_BYTES;
    const opened = replaceHidden(event.body, head.body, value(body));
    return {
      event: {
        ...withoutSealed(event),
        headers: replaceHidden(event.headers, head.headers, value(headers)),
        body: opened,
        bodySha256: await hashInTurns("sha256", opened),
      },
      hide: hideValues([...headers, ...body]),
    };
  };

  /** Reads an event as targets get it; null if there is none. */
  async readOpened(id: string, store: Pick<Events, "getEvent">): Promise<EventDetail | null> {
    const detail = await store.getEvent(id);
    return detail && { ...detail, event: (await this.open(detail.event)).event };
  }

  /** An event as operators see it: what is encrypted stays hidden. */
  readonly show = async (event: ReceivedEvent): Promise<ReceivedEvent> => {
    if (event.protection === undefined) return event;
    const head = readHead(event.protection.sealed);
    const keys = await this.#keysOf(head);
    if (keys === null) return erased(event, head);
    return { ...withoutSealed(event), bodySha256: await hashInTurns("sha256", event.body) };
  };

  async #keysOf({ keys }: SealedHead) {
    return keys.length === 0 ? [] : this.#need().ring.identified(keys);
  }

  /** A refused request as it is to be kept: its exact bytes encrypted, because verifying it again needs them. */
  readonly protectRefused = async (request: QuarantinedRequest): Promise<QuarantinedRequest> => {
    const rules = this.#rules.get(request.source);
    if (rules === undefined) return request;
    const { headers, body } = request;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(headers.length);
    const sealed = await encrypt(Buffer.concat([length, headers, body]), this.#refusedKey(request));
    const { shown } = editHeaders(headers, rules.protect.headers);
    return { ...request, headers: shown, body: NO_BYTES, sealed };
  };

  /** A refused request as it came. */
  readonly openRefused = async (request: QuarantinedRequest): Promise<QuarantinedRequest> => {
    const { sealed, ...kept } = request;
    if (sealed === undefined) return request;
    const plain = await decrypt(sealed, this.#refusedKey(request));
    const bodyAt = 4 + plain.readUInt32LE(0);
    return { ...kept, headers: plain.subarray(4, bodyAt), body: plain.subarray(bodyAt) };
  };

  #refusedKey({ id }: QuarantinedRequest) {
    const { ring } = this.#need();
    return { key: messageKey([ring.nobody.key], id), bound: Buffer.from(id) };
  }

  /** A person as the audit log names them: nobody can tell who it is without the master key. */
  readonly subjectId = (subject: string): string =>
    this.#master === null ? "" : `subject ${this.#master.subject(subject).slice(0, 16)}`;

  /** Deletes the keys of a person; null if nothing was ever protected here. `dryRun` only returns which there are. */
  readonly erase = async (
    subject: string,
    { source, dryRun }: { source?: string | undefined; dryRun: boolean },
  ): Promise<readonly DataKeyName[] | null> => {
    const { store } = this.#options;
    if (this.#master === null) return null;
    const whose = { subject: this.#master.subject(subject), source };
    const names = await store.dataKeysOf(whose);
    if (dryRun) return names;
    await store.eraseDataKeys(whose);
    this.#ring?.forget();
    return names;
  };

  /** What the operators' calls need. */
  get operators() {
    const { show, openRefused, subjectId, erase } = this;
    return { show, openRefused, subjectId, erase };
  }

  #need(): { master: MasterKey; ring: DataKeyRing } {
    if (this.#master !== null && this.#ring !== null)
      return { master: this.#master, ring: this.#ring };
    throw new Error(
      "Cannot read protected data: there is no key; set DATA_KEY or DATA_KEY_FILE to the one in use before",
    );
  }
}

/** The time in an event's id. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(4, 16), 16);
}
