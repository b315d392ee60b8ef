/**
 * The thread that says why requests were refused. Trying what would have verified a stranger's bytes must never hold up the
 * dispatcher's loop; {@linkcode DiagnosisThread} ends this thread if it takes too long.
 */
import { serveTasks } from "@hookgate/async";
import { diagnose } from "@hookgate/providers";
import type { DiagnosisTask } from "./diagnosis_thread.ts";

serveTasks(({ request, options }: DiagnosisTask) => diagnose(request, options));
