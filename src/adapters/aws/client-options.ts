/**
 * How every client calls: with patience for throttling, no more than ten calls in flight, and an end to each attempt. The
 * SDK's three attempts are so over within the 20 s that single-flight.ts gives a start of a build, unless throttling holds
 * the last one back for longer. Looking for layers, which starts nothing, takes more (layers.ts).
 */
export const clientOptions = {
  retryMode: "adaptive",
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 10 },
    // Of a stand-in.
    httpAgent: { maxSockets: 10 },
  },
} as const;
