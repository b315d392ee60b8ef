import type { ComponentChildren, JSX } from "preact";
import type { ReadState } from "../lib/use_read.ts";

/** Why something cannot be shown, or is not the newest. */
export function Problem({ of }: { of: Pick<ReadState<unknown>, "problem"> }): JSX.Element | null {
  if (!of.problem) return null;
  return (
    <p class="problem" role="alert">
      {of.problem.message}
    </p>
  );
}

/** What the dispatcher has noted about a request, a sentence each. */
export function Notes({ of }: { of: readonly string[] | undefined }): JSX.Element {
  return (
    <>
      {of?.map((note) => (
        <p class="note" key={note}>
          {`${note.charAt(0).toUpperCase()}${note.slice(1)}${/[.?!]$/.test(note) ? "" : "."}`}
        </p>
      ))}
    </>
  );
}

/** What there is when there is nothing yet: what it means, and the next step. */
export function Empty({
  title,
  page = false,
  children,
}: {
  title: string;
  /** Whether it is all that the page has. */
  page?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  const Heading = page ? "h1" : "h2";
  return (
    <div class="empty">
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

/** Until the first answer. Nothing for a moment, so that a fast one does not flicker. */
export function Waiting(): JSX.Element {
  return (
    <p class="asking" role="status">
      Asking the dispatcher…
    </p>
  );
}

/** A command that does the same, to copy. */
export function Command({ line }: { line: string }): JSX.Element {
  return (
    <div class="command">
      <code>{line}</code>
      <button
        type="button"
        class="copy"
        onClick={() => void navigator.clipboard?.writeText(line)}
        title="Copy the command"
      >
        copy<span class="unseen"> the command</span>
      </button>
    </div>
  );
}
