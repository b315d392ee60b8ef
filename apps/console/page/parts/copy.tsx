import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

const SAID_MS = 1_200;

/** Options for {@linkcode Copy}. */
export interface CopyProps {
  text: string;
  /** What is copied, for those who do not see it. */
  what: string;
  children?: ComponentChildren;
}

/** A button that copies. */
export function Copy({ text, what, children }: CopyProps): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <button type="button" class={children ? "quiet" : "copy"} title={`Copy ${what}`} onClick={copy}>
      {copied ? "copied" : (children ?? "copy")}
      {!children && <span class="unseen"> {what}</span>}
    </button>
  );
}

/** Copies; the clipboard of a page that is not on loopback nor on TLS does not exist, but selecting works. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text).catch(() => copyBySelection(text));
    return;
  }
  copyBySelection(text);
}

function copyBySelection(text: string): void {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
