import type { ComponentChildren, JSX } from "preact";
import type { ReadState } from "../lib/use_read.ts";

/** What came of a question. */
type Asked = Pick<ReadState<unknown>, "problem">;

/** Why something cannot be shown, or is not the newest: of several the first, since they fail together. */
export function Problem({
  of,
  again = true,
}: {
  of: Asked | readonly Asked[];
  /** Whether it is asked again by itself if that may help. */
  again?: boolean;
}): JSX.Element | null {
  const [problem] = [of].flat().flatMap((one) => one.problem ?? []);
  if (!problem) return null;
  return (
    <p class="problem" role="alert">
      {problem.message}
      {again && problem.passes && " This page asks again by itself."}
    </p>
  );
}

/** While there is no answer, or no newer one: that it is asked for, or why there is none. */
export function NoAnswer({
  of,
}: {
  of: Pick<ReadState<unknown>, "data" | "problem">;
}): JSX.Element {
  return of.data || of.problem ? <Problem of={of} /> : <Waiting />;
}

/** Instead of one thing that was asked for: there is none, or nobody can say now. */
export function Missing({
  what,
  of,
  children,
}: {
  what: string;
  of: Pick<ReadState<unknown>, "problem">;
  /** Why there may be none, and where to look. */
  children: ComponentChildren;
}): JSX.Element {
  if (!of.problem) return <Waiting />;
  const none = of.problem.status === 404 || of.problem.status === 400;
  return (
    <Empty title={none ? `There is no such ${what}` : `This ${what} cannot be shown now`} page>
      <Problem of={of} />
      {none && children}
    </Empty>
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
