import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { CallProblem, hasEnded, logIn, session } from "../lib/api.ts";

/** Asks for the password, or for a token of the dispatcher. */
export function LoginView({ done }: { done: () => void }): JSX.Element {
  const [byToken, setByToken] = useState(!session.password);
  const [text, setText] = useState("");
  const [ended] = useState(hasEnded);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await logIn(byToken ? { token: text } : { password: text });
      done();
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <main class="login">
      <h1>Hookgate</h1>
      {session.environment !== "" && <p class="faint">{session.environment}</p>}
      {ended && (
        <p class="note" role="status">
          Your session has ended. What you asked for after that was not done.
        </p>
      )}
      <form onSubmit={submit}>
        <label>
          {byToken ? "Token" : "Password"}
          <input
            type="password"
            autocomplete="current-password"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            required
          />
        </label>
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary">
          Log in
        </button>
        {session.password && (
          <button type="button" class="quiet" onClick={() => setByToken(!byToken)}>
            {byToken ? "Use the password" : "Use a token"}
          </button>
        )}
      </form>
    </main>
  );
}
