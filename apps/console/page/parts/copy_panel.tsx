import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act } from "../lib/api.ts";
import { fromBase64, prettyOf, textOf, toBase64 } from "../lib/bytes.ts";
import { commandLine } from "../lib/commands.ts";
import { likelyFor } from "../lib/latest.ts";
import { useRead } from "../lib/use_read.ts";
import type { WholeEvent } from "../lib/wire.ts";
import { ActionPanel } from "./panel.tsx";

/** Options for {@linkcode CopyPanel}. */
export interface CopyPanelProps {
  whole: WholeEvent;
  /** Called with the id of the copy. */
  done: (id: string) => void;
  close: () => void;
}

/** Edits a copy of an event, for one subscription. */
export function CopyPanel({ whole, done, close }: CopyPanelProps): JSX.Element {
  const { event, deliveries } = whole;
  const text = textOf(fromBase64(event?.body ?? ""));
  const [body, setBody] = useState(() => (text === null ? "" : (prettyOf(text) ?? text)));
  const known = useRead("listSubscriptions", {}, { everyMs: 0 });
  const [chosen, setChosen] = useState(() => likelyFor(deliveries));
  const names = (known.data?.subscriptions ?? []).map(({ name }) => name);
  const subscription = chosen === "" ? (names[0] ?? "") : chosen;
  return (
    <ActionPanel
      title="Edit and deliver a copy"
      button="Deliver the copy"
      needsReason
      command={(reason) =>
        commandLine(["copy", event?.id ?? ""], {
          to: subscription,
          body: "body.json",
          reason: reason || "…",
        })
      }
      run={async (reason) => {
        const request = { eventId: event?.id, subscription, body: toBase64(body), reason };
        done((await act("createCopy", request)).eventId);
      }}
      close={close}
    >
      <p class="note">
        The copy is an event of its own, marked as edited, and goes to one subscription only. What
        the provider sent stays as it is.
      </p>
      {(event?.protections ?? []).length > 0 && (
        <p class="note">What is protected in it is not in the copy, only what stands for it.</p>
      )}
      {text === null && <p class="problem">The body is not text: the copy begins empty.</p>}
      <label>
        For
        <select
          value={subscription}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        >
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Body
        <textarea
          class="mono"
          rows={14}
          spellcheck={false}
          value={body}
          onInput={({ currentTarget }) => setBody(currentTarget.value)}
        />
      </label>
    </ActionPanel>
  );
}
