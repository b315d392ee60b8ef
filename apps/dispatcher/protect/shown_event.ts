import { hashInTurns } from "@hookgate/signature";
import type { ReceivedEvent } from "@hookgate/types";
import { ERASED, replaceHidden, write } from "./edit_event.ts";
import type { SealedHead } from "./sealed.ts";

const NO_BYTES = new Uint8Array(0);

/** The event without what is encrypted, which stays in the dispatcher. */
export function withoutSealed(event: ReceivedEvent): ReceivedEvent {
  const { protection } = event;
  if (protection === undefined) return event;
  return { ...event, protection: { done: protection.done, sealed: NO_BYTES } };
}

/** The event with marks where values were. */
export async function erased(event: ReceivedEvent, head: SealedHead): Promise<ReceivedEvent> {
  const mark = (places: SealedHead["body"]) => (index: number) =>
    write(ERASED, places[index]?.written ?? "text");
  const body = replaceHidden(event.body, head.body, mark(head.body));
  const done = head.done.map((one) => (one.startsWith("encrypted") ? `${one}, since erased` : one));
  return {
    ...event,
    headers: replaceHidden(event.headers, head.headers, mark(head.headers)),
    body,
    bodySha256: await hashInTurns("sha256", body),
    flags: [...event.flags, "erased"],
    protection: { done, sealed: NO_BYTES },
  };
}
