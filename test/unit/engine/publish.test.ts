import { describe, expect, it } from "vitest";
import type { LayerToPublish, LayerVersion, Publisher } from "../../../src/engine/ports.ts";
import { publishOnce } from "../../../src/engine/publish.ts";
import { descriptionOf, jobOf } from "../../fakes/jobs.ts";

const { key, name } = jobOf("git");
const layer: LayerToPublish = {
  name,
  description: descriptionOf(key),
  runtime: "ruby3.3",
  arch: "x86_64",
  license: "GPL-2.0-only",
};

/** A publisher over a list; `answer` is what becomes of a publish that took effect. */
function fakePublisher(versions: LayerVersion[], answer: "given" | "lost" | "refused" = "given") {
  let attempts = 0;
  const publisher: Publisher = {
    list: async () => versions,
    async publish({ description }) {
      attempts++;
      if (answer === "refused") throw new Error("refused");
      versions.unshift({ arn: `${name}:${versions.length + 1}`, description });
      if (answer === "lost") throw new Error("socket hang up");
      return versions[0] as LayerVersion;
    },
  };
  return { publisher, attempts: () => attempts };
}

describe("publishOnce", () => {
  it("publishes what is not there", async () => {
    const { publisher } = fakePublisher([{ arn: "other:1", description: "made by hand" }]);
    expect(await publishOnce(publisher, layer, key)).toEqual({ status: "ok", arn: `${name}:2` });
  });

  it("gives way to a version of the same key and refresh number", async () => {
    const { publisher, attempts } = fakePublisher([{ arn: "theirs:1", description: descriptionOf(key) }]);
    expect(await publishOnce(publisher, layer, key)).toEqual({ status: "superseded", arn: "theirs:1" });
    expect(attempts()).toBe(0);
  });

  it("publishes a refresh beside the version before it", async () => {
    const { publisher } = fakePublisher([{ arn: "first:1", description: descriptionOf(key) }]);
    const refresh = { ...layer, description: descriptionOf(key, 1) };
    expect((await publishOnce(publisher, refresh, key)).status).toBe("ok");
  });

  it("finds its own version when the answer was lost, and does not publish again", async () => {
    const { publisher, attempts } = fakePublisher([], "lost");
    expect(await publishOnce(publisher, layer, key)).toEqual({ status: "ok", arn: `${name}:1` });
    expect(attempts()).toBe(1);
  });

  it("fails as the service did when nothing was published", async () => {
    await expect(publishOnce(fakePublisher([], "refused").publisher, layer, key)).rejects.toThrow("refused");
  });
});
