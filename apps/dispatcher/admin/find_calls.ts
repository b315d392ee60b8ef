import {
  type AdminHandlers,
  deliveryToMessage,
  type EventSummaryMessage,
  eventToMessage,
  type FoundMessage,
  quarantinedToMessage,
  RpcError,
  replayToMessage,
} from "@hookgate/rpc";
import type { Audit } from "../store/contract/audit.ts";
import type { Changes } from "../store/contract/changes.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Events } from "../store/contract/events.ts";
import type { Failures } from "../store/contract/failures.ts";
import type { Finding } from "../store/contract/finding.ts";
import type { Proposals } from "../store/contract/proposals.ts";
import type { Quarantine } from "../store/contract/quarantine.ts";
import type { Replays } from "../store/contract/replays.ts";
import { auditToMessage } from "./audit_calls.ts";
import { changeToMessage, groupToMessage } from "./failure_calls.ts";
import { type KnownNames, nameNotes } from "./name_notes.ts";
import { proposalToMessage } from "./proposal_messages.ts";
import { checkPageSize, toRpcError } from "./rpc_errors.ts";
import { readSearch, type SearchOptions, searchBodies, writeToken } from "./search_bodies.ts";

/** Ids of one text, and events of one id, that are looked for. */
const FOUND_MAX = 20;

/** Longest text in which ids are looked for, in characters. */
const TEXT_CHARS_MAX = 10_000;

/** Longest id of a provider, in characters. */
const PROVIDER_ID_CHARS_MAX = 500;

/** Any id of ours. */
const OURS = /\b(?:evt|dlv|rpl|qtn|flr|prp|chg|aud)_[0-9a-f]{32}\b/gi;

/** A message to operators is not kept by its id, which is a digest of what it says. */
const MESSAGE = /^ntf_[0-9a-f]{32}$/;

/** The id of a trace, alone or in a `traceparent`: that of its event without a prefix. */
const TRACE = /^(?:00-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?$/;

/** What stands around an id that was copied from a log or a page. */
const AROUND = /^[\s"'`<([{,;:=]+|[\s"'`>)\]},;:.]+$/g;

const NO_BYTES = new Uint8Array(0);

/** Options for {@linkcode findCalls}. */
export interface FindCallsOptions
  extends KnownNames,
    Pick<SearchOptions, "readElsewhere" | "isBusy" | "clock" | "pause"> {
  store: StoreTime &
    Pick<Events, "getEvent" | "getDelivery"> &
    Pick<Replays, "replays"> &
    Pick<Quarantine, "getQuarantined"> &
    Pick<Failures, "failure"> &
    Pick<Proposals, "proposals"> &
    Pick<Changes, "changes"> &
    Pick<Audit, "auditLog"> &
    SearchOptions["store"] &
    Finding;
}

/** The operator's calls that look for what an id names, or what is in a body. */
export function findCalls({
  store,
  ...options
}: FindCallsOptions): Pick<AdminHandlers, "find" | "findInBodies"> {
  return {
    async find({ text }) {
      if (text.length > TEXT_CHARS_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `text has ${TEXT_CHARS_MAX} characters at most`);
      }
      const named = text.match(OURS) ?? [];
      const ours = [...new Set(named.map((id) => id.toLowerCase()))].slice(0, FOUND_MAX);
      if (ours.length === 0) return findForeign(text.replace(AROUND, ""));
      const found: FoundMessage[] = [];
      for (const id of ours) found.push(...(await findOurs(id).catch(toRpcError)));
      return { found, notes: [] };
    },

    async findInBodies(request) {
      const search = readSearch(request, { now: store.now() });
      const limit = checkPageSize(request.limit);
      const searched = await searchBodies(search, { store, limit, ...options }).catch(toRpcError);
      const events: EventSummaryMessage[] = [];
      for (const id of searched.ids) events.push(...(await summaryOf(id).catch(toRpcError)));
      const { state } = searched;
      return {
        events,
        searched: state.searched,
        skipped: state.skipped,
        total: state.total,
        countedMax: state.countedAll ? Number.MAX_SAFE_INTEGER : state.total,
        nextPageToken: searched.done ? "" : writeToken(search, state),
        searchedFromMs: searched.fromMs,
        notes: request.pageToken === "" ? nameNotes(request, options) : [],
      };
    },
  };

  async function findOurs(id: string): Promise<FoundMessage[]> {
    switch (id.slice(0, 3)) {
      case "evt":
        return (await summaryOf(id)).map((event) => found("event", id, { event }));
      case "dlv": {
        const delivery = await store.getDelivery(id);
        if (!delivery) return [];
        const [event = null] = await summaryOf(delivery.event.id);
        return [found("delivery", id, { event })];
      }
      case "rpl": {
        const replay = (await store.replays()).find((one) => one.id === id);
        return replay ? [found("replay", id, { replay: replayToMessage(replay) })] : [];
      }
      case "qtn": {
        const request = await store.getQuarantined(id);
        if (!request) return [];
        const bytes = { headers: NO_BYTES, body: NO_BYTES };
        const quarantined = quarantinedToMessage({ ...request, ...bytes });
        return [found("quarantined", id, { quarantined })];
      }
      case "prp": {
        const proposal = (await store.proposals()).find((one) => one.id === id);
        if (!proposal) return [];
        return [found("proposal", id, { proposal: proposalToMessage(proposal, store.now()) })];
      }
      case "chg": {
        const [change] = await store.changes(upTo(id));
        return change?.id === id ? [found("change", id, { change: changeToMessage(change) })] : [];
      }
      case "aud": {
        const [entry] = await store.auditLog(upTo(id));
        if (entry?.id !== id) return [];
        return [found("audit_record", id, { auditRecord: auditToMessage(entry) })];
      }
      default: {
        const group = await store.failure(id);
        return group ? [found("failure", id, { failure: groupToMessage(group, store.now()) })] : [];
      }
    }
  }

  async function findForeign(id: string): ReturnType<AdminHandlers["find"]> {
    if (id === "" || id.length > PROVIDER_ID_CHARS_MAX) {
      throw new RpcError(
        "INVALID_ARGUMENT",
        `text must be an id, of 1 to ${PROVIDER_ID_CHARS_MAX} characters, or have one of ours in it`,
      );
    }
    const sources = options.sources().map(({ name }) => name);
    const subscriptions = options.subscriptions().map(({ definition }) => definition.name);
    const all: FoundMessage[] = [];
    if (sources.includes(id)) all.push(found("source", id, {}));
    if (subscriptions.includes(id)) all.push(found("subscription", id, {}));
    const asked = { sources, providerEventId: id, limit: FOUND_MAX };
    for (const one of await store.knownBy(asked).catch(toRpcError)) {
      const [event = null] = await summaryOf(one).catch(toRpcError);
      all.push(found("provider_event", id, { event }));
    }
    const [, trace] = TRACE.exec(id) ?? [];
    if (trace !== undefined) all.push(...(await findOurs(`evt_${trace}`).catch(toRpcError)));
    return { found: all, notes: all.length > 0 ? [] : [notFoundNote(id)] };
  }

  async function summaryOf(id: string): Promise<EventSummaryMessage[]> {
    const detail = await store.getEvent(id);
    if (!detail) return [];
    const { event, deliveries } = detail;
    return [
      {
        event: eventToMessage({ ...event, headers: NO_BYTES, body: NO_BYTES }),
        bodyBytes: event.body.length,
        deliveries: deliveries.map((one) => deliveryToMessage({ ...one, attempts: [] })),
      },
    ];
  }
}

const NOT_BY_ID =
  "events of sources that do not tell them apart by the provider's id cannot be found by it: search their bodies for it";

function notFoundNote(id: string): string {
  return MESSAGE.test(id)
    ? `${id} names a message to operators: npx hookgate notify lists what they were told`
    : NOT_BY_ID;
}

/** The entry of an id, or the one before it if there is none: nothing sorts between an id and the same with another letter. */
function upTo(id: string): { before: string; limit: number } {
  return { before: `${id}0`, limit: 1 };
}

function found(what: string, id: string, part: Partial<FoundMessage>): FoundMessage {
  return {
    ...{ what, id, event: null, replay: null, quarantined: null, failure: null },
    ...{ proposal: null, change: null, auditRecord: null, ...part },
  };
}
