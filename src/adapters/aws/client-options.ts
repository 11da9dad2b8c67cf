/**
 * How every client calls: with patience for throttling, no more than ten calls in flight, and an end to each attempt. All
 * attempts of one call together are over within the 20 s that single-flight.ts gives a start of a build.
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
