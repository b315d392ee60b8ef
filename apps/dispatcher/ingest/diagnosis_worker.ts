/**
 * The thread that says why requests were refused. Trying what would have verified a stranger's bytes must never hold up the
 * dispatcher's loop; {@linkcode DiagnosisThread} ends this thread if it takes too long.
 */
import { parentPort } from "node:worker_threads";
import { diagnose } from "@hookgate/providers";
import type { DiagnosisAnswer, DiagnosisTask } from "./diagnosis_thread.ts";

parentPort?.on("message", ({ request, options }: DiagnosisTask) => {
  parentPort?.postMessage(answer(() => diagnose(request, options)));
});
parentPort?.postMessage({ ready: true });

function answer(work: () => readonly string[]): DiagnosisAnswer {
  try {
    return { diagnosis: work() };
  } catch (error) {
    return { error: String(error) };
  }
}
