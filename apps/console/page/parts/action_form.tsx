import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { CallProblem, session } from "../lib/api.ts";
import { Command } from "./notices.tsx";

/** Work that a form does, one piece at a time. */
export interface Work {
  busy: boolean;
  /** Why the last piece failed; null if it did not. */
  problem: string | null;
  /** Does one, and resolves to whether it succeeded. */
  run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Where nobody answered: an action is never tried again by itself. */
const UNCERTAIN = "It may have been done or not: look before you do it again.";

function isUncertain({ passes, status }: CallProblem): boolean {
  return passes && status !== 429;
}

/** Does what a form asks for, and keeps why it did not work. */
export function useWork(): Work {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    busy,
    problem,
    async run(work) {
      setBusy(true);
      setProblem(null);
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof CallProblem)) throw error;
        setProblem(isUncertain(error) ? `${error.message} ${UNCERTAIN}` : error.message);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

/** Options for {@linkcode ReasonInput}. */
export interface ReasonInputProps {
  reason: string;
  set: (reason: string) => void;
  required: boolean;
  /** @default {500} */
  charsMax?: number;
}

/** Why: every action is written to the audit log. */
export function ReasonInput({
  reason,
  set,
  required,
  charsMax = 500,
}: ReasonInputProps): JSX.Element {
  return (
    <label>
      Reason{required ? "" : " (optional)"}
      <input
        value={reason}
        onInput={({ currentTarget }) => set(currentTarget.value)}
        maxLength={charsMax}
        required={required}
        placeholder="Why, for the audit log"
      />
    </label>
  );
}

/** Options for {@linkcode FormEnd}. */
export interface FormEndProps {
  work: Work;
  /** What the button says. */
  button: string;
  /** The command line that does the same. */
  command: string;
  /** Further buttons. */
  children?: ComponentChildren;
}

/** How every form of an action ends: why it did not work, its button, and the command that does the same. */
export function FormEnd({ work, button, command, children }: FormEndProps): JSX.Element {
  const { busy, problem } = work;
  return (
    <>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {session.readonly && (
        <p class="note">This console only shows. The command works elsewhere.</p>
      )}
      <footer>
        <button type="submit" class="primary" disabled={busy || session.readonly}>
          {busy ? "Working…" : button}
        </button>
        {children}
      </footer>
      <p class="label">The same in a shell</p>
      <Command line={command} />
    </>
  );
}
