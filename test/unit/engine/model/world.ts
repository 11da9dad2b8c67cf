import type { WaiterPorts } from "../../../../src/engine/answer-waiting.ts";
import type { Outcome } from "../../../../src/engine/ensure-layers.ts";
import type { Answer, BuildRequest, Lock, WaitingRequest } from "../../../../src/engine/ports.ts";
import { fakeBuilds } from "../../../fakes/builds.ts";
import { type failedResult, jobOf } from "../../../fakes/jobs.ts";
import { fakeLayers } from "../../../fakes/layers.ts";
import { fakeLocks } from "../../../fakes/locks.ts";
import { type BuildPlace, LATE, runBuild } from "./build.ts";
import type { Chance } from "./random.ts";
import { type Actor, MINUTE, newActor, SECOND, scheduler } from "./scheduler.ts";
import type * as Subject from "./subject.ts";

/** The engine that is tried. */
export type Engine = Pick<typeof Subject, "ensureLayers" | "handleRequest" | "sweep" | "publishOnce">;

/** No start of a build reaches its service later than this: single-flight.ts counts on it. */
const LATEST_START = 20 * SECOND;
const BY_HAND = "by hand";

/** Macros, builds and waiters of one account, over services that are slow, full, and whose answers get lost. */
export function world(engine: Engine, chance: Chance) {
  const time = scheduler(chance);
  const [layers, locks, builds] = [fakeLayers(), fakeLocks(), fakeBuilds(time)];
  const specs = new Map<string, ReturnType<typeof jobOf>["spec"]>();
  const results = new Map<string, ReturnType<typeof failedResult>>();
  const waiting = new Map<string, WaitingRequest>();
  /** What went against a rule, in words. */
  const wrong: string[] = [];
  /** When each version was published. */
  const dates = new Map<string, number>();
  /** Who has claimed each key last, and who found no room. */
  const claimer = new Map<string, Actor>();
  const refused = new Set<Actor>();
  /** ARNs that somebody was given, by key. */
  const used = new Map<string, Set<string>>();
  const answers = new Map<string, Answer[]>();
  /** True as long as things go wrong. */
  let trouble = true;

  const use = (key: string, arn: string): void => {
    used.set(key, (used.get(key) ?? new Set()).add(arn));
  };

  const place: BuildPlace = {
    ...{ engine, chance, time, layers, results, dates, wrong },
    isTroubled: () => trouble,
    ended: (id, status) => {
      builds.end(id, status);
      tellWaiter();
    },
  };

  const runningBuilds = (key: string) =>
    builds.all.filter(({ request, build }) => request.key === key && build.state === "running");

  /** The service starts a build, which then goes its way. */
  async function startBuild(request: BuildRequest) {
    const before = builds.all.length;
    const started = await builds.start(request);
    if (started === "refused" || builds.all.length === before) return started;
    const { key, layerName } = request;
    if (runningBuilds(key).filter(({ request }) => request.token !== BY_HAND).length > 1)
      wrong.push(`two builds of ${layerName} run at once`);
    const byHand = builds.all.some((build) => build.request.key === key && build.request.token === BY_HAND);
    const publishedAt = layers.all(layerName).map(({ arn }) => dates.get(arn) ?? 0);
    // Between the claimer's listing and its start a person's build may publish, and no other.
    if (!byHand && publishedAt.some((at) => at < time.now() - LATE))
      wrong.push(`${layerName} is there and built again`);
    runBuild(place, request, started.id);
    return started;
  }

  /** Somebody presses "Retry build" in the console, while none runs. */
  function retryByHand(): void {
    const last = builds.all.at(-1)?.request;
    if (last !== undefined && runningBuilds(last.key).length === 0) void startBuild({ ...last, token: BY_HAND });
  }

  /** The ports of one process. A conditional write whose answer got lost is tried again by the client, and then refused. */
  function portsOf(actor: Actor): WaiterPorts {
    const call = <T>(effect: () => Promise<T>): Promise<T> => time.call(actor, effect);
    const conditional = (lock: Lock, write: () => Promise<string | undefined>) =>
      call(async () => {
        const etag = await write();
        if (etag !== undefined && lock.buildId === null) claimer.set(lock.key, actor);
        return trouble && chance.happens(0.1) ? undefined : etag;
      });
    return {
      layers: { find: (name, key) => call(() => layers.find(name, key)) },
      locks: {
        create: (lock: Lock) => conditional(lock, () => locks.create(lock)),
        read: (key) => call(() => locks.read(key)),
        replace: (lock, etag) => conditional(lock, () => locks.replace(lock, etag)),
      },
      builds: {
        start: (request) =>
          time.call(
            actor,
            async () => {
              const started = await startBuild(request);
              if (started === "refused") refused.add(actor);
              return started;
            },
            LATEST_START,
          ),
        describe: (ids) => call(() => builds.describe(ids)),
        running: (key, arch) => call(() => builds.running(key, arch)),
      },
      specs: {
        write: (key, spec) => call(async () => void specs.set(key, spec)),
        read: (key) => call(async () => specs.get(key)),
      },
      results: { read: (_key, id) => call(async () => results.get(id)) },
      waiting: {
        put: (request) => call(async () => void waiting.set(request.requestId, request)),
        list: (key) => call(async () => [...waiting.values()].filter((w) => key === undefined || w.key === key)),
        remove: (request) => call(async () => void waiting.delete(request.requestId)),
      },
      answers: {
        send: ({ requestId }, answer) =>
          call(async () => {
            // CloudFormation takes the first answer; its address is spent then.
            if ((answers.get(requestId)?.push(answer) ?? 0) > 1 || answer.status !== "SUCCESS") return;
            use(answer.physicalId.replace("nativedeps-", ""), answer.data.LayerVersionArn ?? "");
          }),
      },
      clock: time.clockOf(actor),
    };
  }

  /** A process that may be killed on its way, at some call or some time. `undefined` if it was, or failed. */
  function invoke<T>(actor: Actor, run: (ports: WaiterPorts) => Promise<T>, risk: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      run(portsOf(actor)).then(resolve, () => resolve(undefined));
      if (!trouble || !chance.happens(risk)) return;
      if (chance.happens(0.5)) actor.callsToLive = Math.ceil(chance.between(0, 12));
      else
        time.after(chance.between(0, 30 * SECOND), () => {
          actor.alive = false;
        });
      // Whoever waits for it gives it up some time.
      time.after(MINUTE, () => !actor.alive && resolve(undefined));
    });
  }

  const sweepOnce = (): void => void invoke(newActor("sweep"), (ports) => engine.sweep(ports), 0.2);

  /** The event of a build, which may get lost, or come twice. */
  function tellWaiter(): void {
    const copies = !trouble ? 1 : chance.pick([0, 1, 1, 1, 1, 2]);
    for (let i = 0; i < copies; i += 1) time.after(chance.between(0, 10 * SECOND), sweepOnce);
  }

  /** CloudFormation makes the resource of a layer that was not there in time: as often as Lambda tries an asynchronous call. */
  async function wait(key: string, requestId: string): Promise<void> {
    const event = {
      ...({ RequestType: "Create", RequestId: requestId, ResponseURL: requestId, StackId: requestId } as const),
      ...{ LogicalResourceId: "NativeDepsLayer", ResourceProperties: { Key: key } },
    };
    for (let tries = 0; tries < 3; tries += 1) {
      const handle = async (ports: WaiterPorts): Promise<true> => {
        await engine.handleRequest(ports, event);
        return true;
      };
      if ((await invoke(newActor("waiter"), handle, 0.2)) === true) return;
      await time.clockOf(newActor("Lambda")).sleep(MINUTE);
    }
  }

  /** One deployment: the macro, and for what it could not wait for, the waiter. */
  async function deploy(name: string, packages: readonly string[], patience: number): Promise<void> {
    const jobs = packages.map((each) => jobOf(each));
    const actor = newActor(name);
    const deadline = time.now() + patience;
    const outcomes = await invoke(actor, (ports) => engine.ensureLayers(ports, jobs, deadline), 0.3);
    for (const [key, outcome] of outcomes ?? new Map<string, Outcome>()) {
      if (outcome.state === "ready") use(key, outcome.arn);
      if (outcome.state === "unfinished") {
        checkStarted(actor, key);
        const request = `${name}-${key.slice(0, 6)}`;
        answers.set(request, []);
        time.after(chance.between(SECOND, MINUTE), () => void wait(key, request));
      }
    }
  }

  /** Whoever claims a key and lives starts its build, unless there is no room, or it was held up for too long. */
  function checkStarted(actor: Actor, key: string): void {
    if (claimer.get(key) !== actor || refused.has(actor)) return;
    const isOld = time.now() - (locks.held.get(key)?.lock.claimedAt ?? 0) > 4 * MINUTE;
    const isStarted = builds.all.some(({ request }) => request.key === key);
    if (!isStarted && !isOld) wrong.push(`${actor.name} claims and starts nothing`);
  }

  const calm = (): void => {
    trouble = false;
    builds.room = Number.POSITIVE_INFINITY;
  };
  return { time, builds, answers, used, wrong, deploy, sweepOnce, retryByHand, calm };
}
