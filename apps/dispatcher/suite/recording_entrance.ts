import { Admission } from "../delivery/admission.ts";
import { Lane } from "../delivery/lane.ts";
import { sampleSubscription } from "./sample_claimed.ts";

/** An entrance to delivery that starts nothing: it has a slot for every delivery and records what happens to it. */
export function recordingEntrance(slots: string[]): { admit(): Admission } {
  return {
    admit: () =>
      new Admission({
        claim: { dispatcherId: "d", token: "t" },
        reserve(name, bytes) {
          slots.push(`reserve ${name}`);
          const lane = new Lane(sampleSubscription({ name }), () => {
            slots.push(`release ${name}`);
          });
          // Its first look found nothing in the store, so fresh events get slots.
          lane.claim({ deliveries: 1, bytes })?.answer([]);
          return lane.reserve(bytes, { deliveries: 1, bytes });
        },
        start: ({ claimed }) => void slots.push(`run ${claimed?.delivery.subscription}`),
        expectBacklog: (name) => void slots.push(`backlog ${name}`),
        over: (_claim, { answered }) => void slots.push(`forget answered=${answered}`),
      }),
  };
}
