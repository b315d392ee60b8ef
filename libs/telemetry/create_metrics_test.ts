import { TimeCounts } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { createMetrics } from "./create_metrics.ts";

test("createMetrics() writes counters and gauges in Prometheus' text format", async () => {
  const metrics = createMetrics();
  const requests = metrics.counter({
    name: "hookgate_requests_total",
    help: "Requests.",
    labels: ["source"],
  });
  requests.inc({ source: "stripe/eu" });
  requests.inc({ source: "stripe/eu" }, 2);
  metrics.gauge({ name: "hookgate_waiting", help: "Deliveries that wait." }).set(7);
  expect(await metrics.text()).toBe(
    [
      "# HELP hookgate_requests_total Requests.",
      "# TYPE hookgate_requests_total counter",
      'hookgate_requests_total{source="stripe/eu"} 3',
      "",
      "# HELP hookgate_waiting Deliveries that wait.",
      "# TYPE hookgate_waiting gauge",
      "hookgate_waiting 7",
      "",
    ].join("\n"),
  );
  expect(metrics.contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
});

test("createMetrics() sets a gauge anew whenever the metrics are read", async () => {
  const metrics = createMetrics();
  let reads = 0;
  metrics.gauge({
    name: "hookgate_reads",
    help: "Reads.",
    labels: ["of"],
    async collect(gauge) {
      reads += 1;
      gauge.reset();
      gauge.set({ of: `read ${reads}` }, reads);
    },
  });
  await metrics.text();
  expect(await metrics.text()).toMatch(/^hookgate_reads\{of="read 2"\} 2$/m);
  expect(await metrics.text()).not.toContain("read 2");
});

test("createMetrics() writes no value that could pass for another line", async () => {
  const metrics = createMetrics();
  const counter = metrics.counter({ name: "hookgate_a_total", help: "A.", labels: ["source"] });
  counter.inc({ source: 'x"} 1\nhookgate_forged 1\\' });
  const lines = (await metrics.text()).trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe('hookgate_a_total{source="x\\"} 1\\nhookgate_forged 1\\\\"} 1');
});

test("createMetrics() shares nothing with another, and refuses a second metric of one name", async () => {
  const options = { name: "hookgate_a_total", help: "A." } as const;
  const metrics = createMetrics();
  metrics.counter(options);
  expect(() => metrics.counter(options)).toThrow("hookgate_a_total");
  expect(() => createMetrics().counter(options)).not.toThrow();
});

test("createMetrics() reads counters and histograms that are counted elsewhere", async () => {
  const metrics = createMetrics();
  const answers = new TimeCounts();
  answers.add(2);
  answers.add(90_000);
  metrics.counted({
    name: "hookgate_a_total",
    help: "A.",
    labels: ["source"],
    read: () => [{ labels: { source: "academy" }, value: 3 }],
  });
  metrics.times({
    name: "hookgate_answer_seconds",
    help: "B.",
    labels: ["source"],
    read: () => [{ labels: { source: "academy" }, ...answers }],
  });
  const text = await metrics.text();
  expect(text).toContain('# TYPE hookgate_a_total counter\nhookgate_a_total{source="academy"} 3\n');
  expect(text).toContain("# TYPE hookgate_answer_seconds histogram\n");
  expect(text).toContain('hookgate_answer_seconds_bucket{source="academy",le="0.001"} 0\n');
  expect(text).toContain('hookgate_answer_seconds_bucket{source="academy",le="0.002"} 1\n');
  expect(text).toContain('hookgate_answer_seconds_bucket{source="academy",le="60"} 1\n');
  expect(text).toContain('hookgate_answer_seconds_bucket{source="academy",le="+Inf"} 2\n');
  expect(text).toContain('hookgate_answer_seconds_sum{source="academy"} 90.002\n');
  expect(text).toContain('hookgate_answer_seconds_count{source="academy"} 2\n');
  expect(() => metrics.counter({ name: "hookgate_a_total", help: "A." })).toThrow();
});

test("createMetrics() has the usual metrics of a process only where they are wanted", async () => {
  const metrics = createMetrics();
  expect(await metrics.text()).not.toContain("process_cpu_seconds_total");
  metrics.process();
  const text = await metrics.text();
  expect(text).toContain("process_resident_memory_bytes ");
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds ");
});
