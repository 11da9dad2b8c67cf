import { describe, expect, test } from "vitest";
import { installProblem, isNetworkTrouble } from "../../../../src/assembler/install/install-problem.ts";
import type { RuntimeLayerSpec } from "../../../../src/packages/layer-spec.ts";
import { BEFORE, LIBPQ, reportOf, type Said } from "./said.ts";

function judge(words: Said, packages: string[], runtime = "ruby3.3") {
  const report = reportOf(words, packages);
  const spec = { runtime, arch: "x86_64", packages } as unknown as RuntimeLayerSpec;
  return { retried: isNetworkTrouble(report), problem: installProblem(report, spec) };
}

test("no problem if all that was asked for is there", () => {
  expect(judge({ after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq"])).toEqual({ retried: false, problem: undefined });
});

describe("unknown names", () => {
  test.each([
    ["microdnf", "error: No package matches 'mysql-lib'", "mysql-lib\nnosuch"],
    ["dnf", "No match for argument: mysql-lib\nNo match for argument: nosuch\nError: Unable to find a match", ""],
    ["dnf's summary", "error: Unable to find a match: mysql-lib nosuch", ""],
    ["yum", "No package mysql-lib available.\nNo package nosuch available.", ""],
  ])("of %s are all named, with what was meant", (manager, output, unknown) => {
    const code = manager === "yum" ? 0 : 1;
    expect(judge({ manager, output, unknown, code }, ["jq", "mysql-lib", "nosuch"]).problem).toEqual({
      code: "ND104",
      where: "Packages.Runtime",
      what: '"mysql-lib", "nosuch" are not packages of Amazon Linux 2023',
      todo: 'did you mean "mysql-libs"?',
    });
  });

  test("are looked for among the repositories' own", () => {
    const words = { output: "error: No package matches 'graphvis'", names: "graphviz-2.44-1.x86_64", code: 1 };
    expect(judge(words, ["graphvis"]).problem?.todo).toBe('did you mean "graphviz"?');
  });

  test("are found by verifying, when yum installs the others and exits 0", () => {
    const { problem } = judge({ after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq", "nosuch"], "python3.9");
    expect(problem?.what).toBe('"nosuch" is not a package of Amazon Linux 2');
    expect(problem?.todo).toBe("look the name up with `yum search` in Amazon Linux 2");
  });
});

describe("repositories", () => {
  test.each([
    "Error: Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml: All mirrors were tried",
    "Curl error (6): Couldn't resolve host name for https://x [Could not resolve host: x]",
    "Status code: 503 for https://x",
  ])("network trouble is told from a wrong name, and tried again: %s", (output) => {
    const { retried, problem } = judge({ output, code: 1 }, ["libpq"]);
    expect(retried).toBe(true);
    expect(problem?.code).toBe("ND105");
  });

  test("a wrong name is no network trouble, whatever else was said", () => {
    const output = "Curl error (28): Timeout was reached\nerror: No package matches 'nosuch'";
    const { retried, problem } = judge({ output, code: 1 }, ["nosuch"]);
    expect(retried).toBe(false);
    expect(problem?.code).toBe("ND104");
  });

  test("one that cannot be set up is named; trouble on the network is tried again there, too", () => {
    const unprepared = { unprepared: "extras:nosuch", code: 127, provided: "" };
    expect(judge({ ...unprepared, setup: "Topic nosuch is not found." }, ["jq"])).toMatchObject({
      retried: false,
      problem: { code: "ND108", where: "Packages.Repositories: extras:nosuch" },
    });
    expect(judge({ ...unprepared, setup: "Curl error (7)" }, ["jq"])).toMatchObject({
      retried: true,
      problem: { code: "ND105" },
    });
  });

  test.each([
    ["internal", '"internal" is a repository whose packages are not checked for signatures'],
    ["a\nb", '"a", "b" are repositories whose packages are not checked for signatures'],
  ])("one without signature checks is refused: %j", (unsigned, what) => {
    const { problem } = judge({ unsigned, after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq"]);
    expect(problem).toMatchObject({ code: "ND116", what });
  });

  test.each([
    "error: package evil-1-1.x86_64 cannot be verified and repo lab is GPG enabled: /x.rpm is not signed",
    "Public key for evil-1-1.x86_64.rpm is not installed",
    "Error: GPG check FAILED",
    "error: failed to verify: rpm: Header V4 RSA/SHA256 Signature, key ID 1234: BAD",
  ])("a package that is not signed as it ought to be is refused at once: %s", (output) => {
    expect(judge({ output: `Status code: 503\n${output}`, code: 1 }, ["evil"])).toMatchObject({
      retried: false,
      problem: { code: "ND116" },
    });
  });
});

test.each([
  "error: Error running transaction: installing package gs needs 120MB more space on the / filesystem",
  "Error: write failed: No space left on device",
  "Error Summary: Disk Requirements: At least 12MB more space needed on the / filesystem.",
])("a full disk is told as such: %s", (output) => {
  expect(judge({ output, code: 1 }, ["gs"])).toMatchObject({ retried: false, problem: { code: "ND143" } });
});

describe("what does not fit the image", () => {
  test.each([
    "error: Could not depsolve transaction; 1 problem detected:\n Problem: problem with installed package curl-minimal-8.3-1.amzn2023.x86_64\n  - package curl-8.3-1.amzn2023.x86_64 from lab conflicts with curl-minimal provided by curl-minimal-8.3-1.amzn2023.x86_64 from @System",
    "Error: curl conflicts with curl-minimal-8.3-1.amzn2023.x86_64",
  ])("a conflict names both: %s", (output) => {
    expect(judge({ output, code: 1 }, ["curl"]).problem).toMatchObject({
      code: "ND106",
      what: '"curl" conflicts with "curl-minimal", which Lambda\'s image has and keeps',
    });
  });

  test("a conflict names first what was asked for, whichever the package manager names first", () => {
    const output =
      "package bash-5.2.15-1.amzn2023.x86_64 from @System conflicts with jq provided by jq-1.7-1.amzn2023.x86_64";
    expect(judge({ output, code: 1 }, ["jq"]).problem?.what).toMatch(/^"jq" conflicts with "bash"/);
  });

  test("any other refusal tells the package manager's reason on one line", () => {
    const output = "x\nerror: Problem: nothing provides\n libz.so.9\u001b[31m needed by jq";
    const { problem } = judge({ output, code: 1 }, ["jq"]);
    expect(problem?.code).toBe("ND106");
    expect(problem?.what).toContain('microdnf could not install "jq": ');
    expect(problem?.what).toContain("nothing provides");
    expect(problem?.what.split("").every((char) => char >= " ")).toBe(true);
  });

  test("a package of the image that was removed is named", () => {
    const { problem } = judge({ after: LIBPQ.slice(1), provided: "libpq\tlibpq" }, ["libpq"]);
    expect(problem).toMatchObject({
      code: "ND117",
      what: 'microdnf removed "bash", which Lambda\'s image has and keeps',
    });
  });

  test("a newer build of one is no problem, unless an added package needs exactly that", () => {
    const newer = "zlib\t1:1.3-1.amzn2023.x86_64\tzlib\tzlib.src.rpm";
    const words = { after: [BEFORE[0] as string, newer, ...LIBPQ.slice(2)], provided: "libpq\tlibpq" };
    expect(judge(words, ["libpq"]).problem).toBeUndefined();
    const requires = "libpq\tzlib(x86-64)\t=\t1:1.3-1.amzn2023\nbash\tzlib\t=\t1:1.3-1.amzn2023";
    expect(judge({ ...words, requires }, ["libpq"]).problem).toEqual({
      code: "ND118",
      where: "Packages.Runtime",
      what: '"libpq" needs exactly zlib 1:1.3-1.amzn2023, and Lambda has 1.2.11-33.amzn2023',
      todo: 'use the release of the image (2023.9.20251110), or a build of "libpq" that fits',
    });
    expect(judge({ ...words, requires: requires.split("\n")[1] as string }, ["libpq"]).problem).toBeUndefined();
  });
});
