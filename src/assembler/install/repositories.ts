import type { Buffer } from "node:buffer";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import type { Repository } from "../../packages/layer-spec.ts";
import { type PublicKeys, readPublicKeys } from "./openpgp.ts";

/** A repository as install-script.ts takes it: what kind, its name, and for somebody else's its file and its key. */
export type RepositoryArguments = readonly [kind: string, name: string, file: string, key: string];

/** Reads an address; throws if that fails. At most {@link MAX_KEY} bytes are of use. */
export type Fetch = (address: string) => Promise<Buffer>;

/** Real keys have some kilobytes. Bytes. */
export const MAX_KEY = 64 * 1024;

/**
 * What the container needs to know of a layer's repositories. Keys are fetched here, outside of the container, and must
 * be the very key whose fingerprint the spec names.
 */
export async function repositoryArguments(
  repositories: readonly Repository[],
  fetch: Fetch,
): Promise<readonly RepositoryArguments[]> {
  return Promise.all(
    repositories.map(async (repository): Promise<RepositoryArguments> => {
      if (typeof repository === "string") {
        const [kind = "", topic = ""] = repository.split(":");
        return [kind, topic, "", ""];
      }
      return ["own", repository.Id, repositoryFile(repository), await checkedKey(repository, fetch)];
    }),
  );
}

type OwnRepository = Exclude<Repository, string>;

/** Where the key lies in the container. */
const keyPath = (id: string): string => `/etc/pki/rpm-gpg/RPM-GPG-KEY-nativedeps-${id}`;

const repositoryFile = ({ Id, BaseUrl }: OwnRepository): string =>
  [`[${Id}]`, `name=${Id}`, `baseurl=${BaseUrl}`, "enabled=1", "gpgcheck=1", `gpgkey=file://${keyPath(Id)}`, ""].join(
    "\n",
  );

async function checkedKey({ Id, GpgKey, Fingerprint }: OwnRepository, fetch: Fetch): Promise<string> {
  const wrong = (what: string, todo: string): ProblemError =>
    new ProblemError({ code: "ND115", where: `Packages.Repositories: ${Id}`, what, todo });
  let key: Buffer;
  let found: PublicKeys;
  try {
    key = await fetch(GpgKey);
  } catch (failure) {
    const why = oneLine(String(failure instanceof Error ? (failure.cause ?? failure.message) : failure)).slice(0, 200);
    throw wrong(`its key cannot be had from ${GpgKey} (${why})`, "see that the build can reach the address");
  }
  try {
    found = readPublicKeys(key);
  } catch (failure) {
    throw wrong(`what ${GpgKey} holds is no key (${oneLine(String(failure))})`, "name the address of its public key");
  }
  // A second key would be trusted as well.
  const { fingerprints, armored } = found;
  if (fingerprints.length === 1 && fingerprints[0] === Fingerprint.replaceAll(" ", "").toUpperCase()) return armored;
  const held = fingerprints.length === 0 ? "no key" : `the key ${fingerprints.join(" and ")}`;
  throw wrong(
    `${GpgKey} holds ${held}, and not ${Fingerprint} alone`,
    "ask its owner for the fingerprint by another way, and do not trust the key before",
  );
}
