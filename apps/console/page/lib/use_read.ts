import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CallProblem, read, readUrl } from "./api.ts";
import type { Answer, CallName, Request } from "./wire.ts";

/** How long to wait after a question that was not answered, in milliseconds, where nothing else asks it again. */
const AGAIN_MS = 2_000;

/** Problems of a watch, as HTTP numbers them; all others pass. */
const STATUS_OF: Readonly<Record<string, number>> = { invalid_argument: 400, not_found: 404 };

/** Answers that are kept, so that going back shows what was there at once. */
const KEPT_MAX = 40;

const kept = new Map<string, unknown>();

function keep(key: string, answer: unknown): void {
  kept.delete(key);
  kept.set(key, answer);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
}

/** What a read has answered so far. */
export interface ReadState<T> {
  /** Undefined until there is an answer. */
  data: T | undefined;
  /** Why there is no newer one; null if there is no reason. */
  problem: CallProblem | null;
  /** Asks again, now. */
  reload: () => void;
}

/** Options for {@linkcode useRead}. */
export interface UseReadOptions {
  /** How often to ask again while somebody looks, in milliseconds; 0 for never. @default {10_000} */
  everyMs?: number;
  /** Whether to ask even while nobody looks. @default {false} */
  hidden?: boolean;
}

/** Reads, and reads again now and then, and until there is an answer. A null request asks nothing. */
export function useRead<Name extends CallName>(
  name: Name,
  request: Request<Name> | null,
  { everyMs = 10_000, hidden = false }: UseReadOptions = {},
): ReadState<Answer<Name>> {
  const key = request === null ? "" : readUrl(name, request);
  const [state, setState] = useState<{ key: string; problem: CallProblem | null; turn: number }>({
    key,
    problem: null,
    turn: 0,
  });
  const asked = useRef(request);
  asked.current = request;
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (key === "" || asked.current === null) return;
      try {
        keep(key, await read(name, asked.current, signal));
        setState(({ turn }) => ({ key, problem: null, turn: turn + 1 }));
      } catch (error) {
        if (signal.aborted) return;
        const problem = error instanceof CallProblem ? error : new CallProblem(0, String(error));
        setState(({ turn }) => ({ key, problem, turn: turn + 1 }));
      }
    },
    [key, name],
  );
  const [again, setAgain] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    let asking = false;
    const askOnce = async () => {
      // A browser has six connections for a host: questions that wait must not take them all.
      if (asking) return;
      asking = true;
      await ask(control.signal);
      asking = false;
    };
    void askOnce();
    const repeat = () => {
      if (hidden || document.visibilityState === "visible") void askOnce();
    };
    const timer = everyMs > 0 ? setInterval(repeat, everyMs) : undefined;
    return () => {
      control.abort();
      clearInterval(timer);
    };
  }, [ask, everyMs, hidden, again]);
  const problem = state.key === key ? state.problem : null;
  useEffect(() => {
    if (everyMs > 0 || !problem?.passes) return;
    const timer = setTimeout(() => setAgain((count) => count + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [everyMs, problem]);
  return {
    data: kept.get(key) as Answer<Name> | undefined,
    problem,
    reload: () => setAgain((count) => count + 1),
  };
}

/** Reads, and is told each time the answer changes, while somebody looks. */
export function useWatch<Name extends CallName>(
  name: Name,
  request: Request<Name> | null,
): ReadState<Answer<Name>> {
  const key = request === null ? "" : readUrl(name, request);
  const [, setTurn] = useState(0);
  const [problem, setProblem] = useState<CallProblem | null>(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    setProblem(null);
    if (key === "") return;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      // A browser has six connections for a host, for all its tabs: a hidden one must not hold any.
      if (document.visibilityState === "hidden") {
        source?.close();
        source = null;
        return;
      }
      if (source) return;
      source = new EventSource(key);
      source.onmessage = ({ data }) => {
        keep(key, JSON.parse(data));
        setProblem(null);
        setTurn((turn) => turn + 1);
      };
      source.addEventListener("problem", ({ data }) => {
        const { error, message } = JSON.parse(data) as { error: string; message: string };
        setProblem(new CallProblem(STATUS_OF[error] ?? 503, message));
      });
      source.onerror = () => {
        void explain();
        // One that broke is opened again by the browser, one that was refused is not.
        if (source?.readyState !== EventSource.CLOSED) return;
        source = null;
        timer = setTimeout(open, AGAIN_MS);
      };
    };
    // A stream does not say why it broke, or was refused: the same question, asked once, does.
    const control = new AbortController();
    const explain = async () => {
      try {
        keep(key, await read(name, request as Request<Name>, control.signal));
        setProblem(null);
        setTurn((turn) => turn + 1);
      } catch (error) {
        if (error instanceof CallProblem) setProblem(error);
      }
    };
    open();
    document.addEventListener("visibilitychange", open);
    return () => {
      control.abort();
      clearTimeout(timer);
      source?.close();
      document.removeEventListener("visibilitychange", open);
    };
  }, [key, again]);
  return {
    data: kept.get(key) as Answer<Name> | undefined,
    problem,
    reload: () => setAgain((count) => count + 1),
  };
}
