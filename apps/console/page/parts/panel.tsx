import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { FormEnd, ReasonInput, useWork } from "./action_form.tsx";

/** Options for {@linkcode Panel}. */
export interface PanelProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

/** A panel at the side that one action fills; Escape leaves it. The page behind it stays where it is. */
export function Panel({ title, close, children }: PanelProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // What is to be filled in, and not the button that leaves.
    dialog.current?.querySelector<HTMLElement>("form :is(input, select, textarea)")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog ref={dialog} class="panel" aria-labelledby={heading} onClose={close}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet" onClick={close} title="Leave (Esc)">
          Close
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** Options for {@linkcode ActionPanel}. */
export interface ActionPanelProps {
  title: string;
  /** What the button says. */
  button: string;
  /** Whether a reason is required. @default {false} */
  needsReason?: boolean;
  /** The command line that does the same. */
  command: (reason: string) => string;
  /** Does it; the panel closes when that succeeds. */
  run: (reason: string) => Promise<void>;
  close: () => void;
  children?: ComponentChildren;
}

/** The panel of an action: what it does, why, and the command that does the same. */
export function ActionPanel(props: ActionPanelProps): JSX.Element {
  const { title, button, needsReason = false, command, run, close, children } = props;
  const [reason, setReason] = useState("");
  const work = useWork();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await work.run(() => run(reason))) close();
  };
  return (
    <Panel title={title} close={close}>
      <form onSubmit={submit}>
        {children}
        <ReasonInput reason={reason} set={setReason} required={needsReason} />
        <FormEnd work={work} button={button} command={command(reason)} />
      </form>
    </Panel>
  );
}
