import type { LayerSpec } from "../packages/layer-spec.ts";
import type { Build, Builds, Clock, HeldLock, Layers, LayerVersion, Lock, Locks, Specs } from "./ports.ts";

/** What a missing layer needs to be built. */
export interface Job {
  readonly key: string;
  readonly name: string;
  readonly spec: LayerSpec;
}

/** Where the one build of a key stands after a step. */
export type Flight =
  | { readonly state: "published"; readonly layer: LayerVersion }
  | { readonly state: "building"; readonly buildId: string }
  /** Nothing runs yet: the service had no room, or somebody else is about to start it. Step again later. */
  | { readonly state: "waiting" };

export interface FlightPorts {
  readonly layers: Layers;
  readonly specs: Specs;
  readonly locks: Locks;
  readonly builds: Builds;
  readonly clock: Clock;
}

/**
 * CodeBuild honours an idempotency token for five minutes. While a claim is younger, whoever takes it over starts with
 * the same token, so that a claimer who is slow rather than dead cannot cause a second build.
 */
const TOKEN_LIFE_MS = 5 * 60_000;

/** A claimer that has recorded nothing for this long is taken for dead; no call takes longer to reach the service. */
const CLAIM_GRACE_MS = 20_000;

/** A claim of this age is too old to start a build with its token: the service might forget the token on the call's way. */
const LAST_START_MS = TOKEN_LIFE_MS - CLAIM_GRACE_MS;

/** CodeBuild may not know a build that it has just started: nothing promises that a start can be read at once. */
const UNKNOWN_GRACE_MS = 2 * 60_000;

function newClaim(key: string, clock: Clock, token?: string, claimedAt?: number): Lock {
  const owner = clock.random();
  return { v: 1, key, owner, token: token ?? owner, claimedAt: claimedAt ?? clock.now(), buildId: null };
}

/** Starts the build of a claim that is ours, and records its id. */
async function start(ports: FlightPorts, job: Job, mine: HeldLock): Promise<Flight> {
  // Between our listing and our claim another build may have published: the listing inside the claim decides.
  const layer = await ports.layers.find(job.name, job.key);
  if (layer !== undefined) return { state: "published", layer };
  // Again, though it was written before the claim: somebody may have deleted it since, and the build would find nothing.
  await ports.specs.write(job.key, job.spec);
  // Whoever was held up until now leaves the claim to others.
  if (ports.clock.now() - mine.lock.claimedAt >= LAST_START_MS) return { state: "waiting" };
  const request = { key: job.key, layerName: job.name, arch: job.spec.arch, token: mine.lock.token };
  const started = await ports.builds.start(request);
  if (started === "refused") return { state: "waiting" };
  // Losing this swap is harmless: whoever took over while our token lived has the same build, and nobody takes over
  // with a new token before every slow claimer has started or given up.
  await ports.locks.replace({ ...mine.lock, buildId: started.id }, mine.etag);
  return { state: "building", buildId: started.id };
}

/**
 * The lock after a write of ours. A refusal may be that of our own second try, when the answer to the first got lost: the
 * owner tells whose lock it is.
 */
async function afterWrite(ports: FlightPorts, claim: Lock, etag: string | undefined): Promise<HeldLock | undefined> {
  return etag === undefined ? ports.locks.read(claim.key) : { lock: claim, etag };
}

/** Makes the claim ours if it is still the one we read; the token lives on while it may be in use. */
async function takeOver(ports: FlightPorts, job: Job, held: HeldLock, token?: string): Promise<Flight> {
  const claim = newClaim(job.key, ports.clock, token, token === undefined ? undefined : held.lock.claimedAt);
  const now = await afterWrite(ports, claim, await ports.locks.replace(claim, held.etag));
  return now?.lock.owner === claim.owner ? start(ports, job, now) : { state: "waiting" };
}

/** A claim whose build is not recorded: started and not yet written down, refused, or left by someone who died. */
async function joinUnrecorded(ports: FlightPorts, job: Job, held: HeldLock): Promise<Flight> {
  const running = await ports.builds.running(job.key, job.spec.arch);
  if (running !== undefined) return { state: "building", buildId: running };
  const age = ports.clock.now() - held.lock.claimedAt;
  if (age < CLAIM_GRACE_MS) return { state: "waiting" };
  if (age < LAST_START_MS) return takeOver(ports, job, held, held.lock.token);
  // Somebody's start with the old token may be on its way.
  return age < TOKEN_LIFE_MS ? { state: "waiting" } : takeOver(ports, job, held);
}

/** The build a claim records, if the service still knows it. */
export async function recordedBuild(ports: Pick<FlightPorts, "builds">, lock: Lock): Promise<Build | undefined> {
  return lock.buildId === null ? undefined : (await ports.builds.describe([lock.buildId]))[0];
}

async function join(ports: FlightPorts, job: Job, held: HeldLock): Promise<Flight> {
  const { buildId, claimedAt } = held.lock;
  if (buildId === null) return joinUnrecorded(ports, job, held);
  const build = await recordedBuild(ports, held.lock);
  const unknownYet = build === undefined && ports.clock.now() - claimedAt < UNKNOWN_GRACE_MS;
  if (build?.state === "running" || unknownYet) return { state: "building", buildId };
  // That build is over, and yet the layer was missing: it failed, or the layer was deleted. Unless somebody has started
  // another by hand ("Retry build" in the console), build again.
  const other = await ports.builds.running(job.key, job.spec.arch);
  return other === undefined ? takeOver(ports, job, held) : { state: "building", buildId: other };
}

/**
 * One step towards the one build of a missing layer: claims the key and starts the build, or joins the build that
 * another deploy has started. Safe to call at any time, any number of times, by anyone.
 */
export async function claimAndStart(ports: FlightPorts, job: Job): Promise<Flight> {
  const held = await ports.locks.read(job.key);
  if (held !== undefined) return join(ports, job, held);
  const claim = newClaim(job.key, ports.clock);
  // Before the claim, so that whoever meets the claim of someone who died can go on from it.
  await ports.specs.write(job.key, job.spec);
  const now = await afterWrite(ports, claim, await ports.locks.create(claim));
  if (now === undefined) return { state: "waiting" };
  return now.lock.owner === claim.owner ? start(ports, job, now) : join(ports, job, now);
}
