import { describe, expect, test } from "vitest";
import { parseInstall } from "../../../../src/assembler/install/install-output.ts";
import { alreadyThere, installProblem, isNetworkTrouble } from "../../../../src/assembler/install/install-problem.ts";
import type { RuntimeLayerSpec } from "../../../../src/packages/layer-spec.ts";

const BEFORE = "bash\t5.2.15-1.amzn2023.x86_64\tGPLv3+\nzlib\t1.2.11-33.amzn2023.x86_64\tzlib";

interface Said {
  output?: string;
  unknown?: string;
  after?: string;
  provided?: string;
  code?: number;
  manager?: string;
}

const said = ({ output = "", unknown = "", after = BEFORE, provided = "", code = 0, manager = "microdnf" }: Said) =>
  [
    ...["shell noise", "@@s manager", manager, "@@s system", "Amazon Linux 2023.9.20251110"],
    ...["@@s release", "2023.9.20251110", "@@s before", BEFORE, "", "@@s output", output, "@@s unknown", unknown],
    ...["@@s after", after, "@@s provided", provided, "@@s end", String(code)],
  ].join("\n");

const spec = (packages: string[], runtime = "ruby3.3"): RuntimeLayerSpec =>
  ({ runtime, arch: "x86_64", packages }) as unknown as RuntimeLayerSpec;

function judge(words: Said, packages: string[], runtime?: string) {
  const report = parseInstall(said(words), "@@s", packages);
  if (report === undefined) throw new Error("not parsed");
  return { report, problem: installProblem(report, spec(packages, runtime)) };
}

const LIBPQ = `${BEFORE}\ngpg-pubkey\td5aeb72c-6b04bc18.(none)\tpubkey\nlibpq\t17.6-1.amzn2023.x86_64\tPostgreSQL\nlibldap\t1:2.4-1.amzn2023.x86_64\tOpenLDAP`;

describe("what the installation says", () => {
  test("tells what was added, from where, and what was asked for", () => {
    const output = [
      "Installing:",
      " libpq-17.6-1.amzn2023.x86_64   amazonlinux 270.1 kB",
      " libldap-1:2.4-1.amzn2023.x86_64 amazonlinux 300 kB",
    ].join("\n");
    const { report, problem } = judge({ output, after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq"]);
    expect(problem).toBeUndefined();
    expect(report.release).toBe("2023.9.20251110");
    expect(report.added).toEqual([
      {
        name: "libldap",
        evra: "1:2.4-1.amzn2023.x86_64",
        license: "OpenLDAP",
        repo: "amazonlinux",
        requested: false,
      },
      { name: "libpq", evra: "17.6-1.amzn2023.x86_64", license: "PostgreSQL", repo: "amazonlinux", requested: true },
    ]);
  });

  test("reads the table of dnf and yum too", () => {
    const output = " libpq      x86_64   17.6-1.amzn2023   amzn2-core   270 k";
    const { report } = judge({ output, after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq"]);
    expect(report.added.map((rpm) => rpm.repo)).toEqual(["-", "amzn2-core"]);
  });

  test("tells of package scripts that failed, which is no failure", () => {
    const output = "Installing libpq\nError in POSTIN scriptlet in rpm package libpq";
    const { report, problem } = judge({ output, after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq"]);
    expect(problem).toBeUndefined();
    expect(report.scriptlets).toEqual(["Error in POSTIN scriptlet in rpm package libpq"]);
  });

  test("a script that did not end says nothing", () => {
    expect(parseInstall(said({}).replace("@@s end\n0", ""), "@@s", [])).toBeUndefined();
  });

  test("sections of another separator are output, not sections", () => {
    const output = "@@t end\n0\n@@s2 after\nevil\t1-1.x86_64\tx";
    const { report } = judge({ output, after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq"]);
    expect(report.added.map((rpm) => rpm.name)).toEqual(["libldap", "libpq"]);
  });
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

  test("are found by verifying, when yum installs the others and exits 0", () => {
    const { problem } = judge({ after: LIBPQ, provided: "libpq\tlibpq" }, ["libpq", "nosuch"], "python3.9");
    expect(problem?.what).toBe('"nosuch" is not a package of Amazon Linux 2');
    expect(problem?.todo).toBe("look the name up with `yum search` in Amazon Linux 2");
  });
});

describe("other failures", () => {
  test.each([
    "Error: Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml: All mirrors were tried",
    "Curl error (6): Couldn't resolve host name for https://x [Could not resolve host: x]",
    "Status code: 503 for https://x",
  ])("network trouble is told from a wrong name: %s", (output) => {
    const { report, problem } = judge({ output, code: 1 }, ["libpq"]);
    expect(isNetworkTrouble(report)).toBe(true);
    expect(problem?.code).toBe("ND105");
  });

  test("a wrong name is no network trouble, whatever else was said", () => {
    const output = "Curl error (28): Timeout was reached\nerror: No package matches 'nosuch'";
    const { report, problem } = judge({ output, code: 1 }, ["nosuch"]);
    expect(isNetworkTrouble(report)).toBe(false);
    expect(problem?.code).toBe("ND104");
  });

  test("a conflict tells the package manager's reason on one line", () => {
    const output = "x\nerror: Problem: package curl conflicts with\n curl-minimal\u001b[31m provided by curl-minimal";
    const { problem } = judge({ output, code: 1 }, ["curl"]);
    expect(problem?.code).toBe("ND106");
    expect(problem?.what).toContain("conflicts with");
    expect(problem?.what.split("").every((char) => char >= " ")).toBe(true);
  });

  test("a package that the image has already is nothing to add", () => {
    const { problem } = judge({ output: "Nothing to do.", provided: "zlib\tzlib" }, ["zlib"]);
    expect(problem?.what).toBe('"zlib" is already in Lambda\'s image: nothing to add');
  });

  test("next to one that it has not, it is only told", () => {
    const { report, problem } = judge({ after: LIBPQ, provided: "libpq\tlibpq\nzlib\tzlib" }, ["libpq", "zlib"]);
    expect(problem).toBeUndefined();
    expect(alreadyThere(report)).toEqual(["zlib"]);
  });
});
