import { describe, expect, test } from "vitest";
import { parseInstall } from "../../../../src/assembler/install/install-output.ts";
import { BEFORE, LIBPQ, reportOf, sectionsOf } from "./said.ts";

const INSTALLED = { after: LIBPQ, provided: "libpq\tlibpq" };

describe("what the installation says", () => {
  test("tells what was added, from where, and what was asked for", () => {
    const output = [
      "Installing:",
      " libpq-17.6-1.amzn2023.x86_64   amazonlinux 270.1 kB",
      " libldap-1:2.4-1.amzn2023.x86_64 amazonlinux 300 kB",
    ].join("\n");
    const report = reportOf({ ...INSTALLED, output }, ["libpq"]);
    expect(report.release).toBe("2023.9.20251110");
    const common = { repo: "amazonlinux" };
    const [libldap, libpq] = [
      { name: "libldap", ...common },
      { name: "libpq", ...common },
    ];
    expect(report.added).toEqual([
      {
        ...{ ...libldap, evra: "1:2.4-1.amzn2023.x86_64", license: "OpenLDAP", requested: false },
        source: "openldap-2.4-1.amzn2023.src.rpm",
      },
      {
        ...{ ...libpq, evra: "17.6-1.amzn2023.x86_64", license: "PostgreSQL", requested: true },
        source: "libpq-17.6-1.amzn2023.src.rpm",
      },
    ]);
    expect(report.image.get("zlib")?.source).toBe("zlib-1.2.11-33.amzn2023.src.rpm");
  });

  test("reads the table of dnf and yum too", () => {
    const output = " libpq      x86_64   17.6-1.amzn2023   amzn2-core   270 k";
    const { added } = reportOf({ ...INSTALLED, output }, ["libpq"]);
    expect(added.map((rpm) => rpm.repo)).toEqual(["-", "amzn2-core"]);
  });

  test("packages that set up repositories are helpers, not part of what was added", () => {
    const spal = "spal-release\t1-1.noarch\tMIT\tspal.src.rpm";
    const { added, helpers } = reportOf(
      { prepared: [...BEFORE, spal], after: [...LIBPQ, spal], provided: "libpq\tlibpq" },
      ["libpq"],
    );
    expect(helpers).toEqual(["spal-release"]);
    expect(added.map(({ name }) => name)).toEqual(["libldap", "libpq"]);
  });

  test("tells packages of the image that are gone or of another build", () => {
    const newer = "zlib\t1.3-1.amzn2023.x86_64\tzlib\tzlib-1.3-1.src.rpm";
    const report = reportOf({ after: [newer] }, []);
    expect(report.erased).toEqual(["bash"]);
    expect(report.replaced).toEqual([
      { name: "zlib", before: "1.2.11-33.amzn2023.x86_64", after: "1.3-1.amzn2023.x86_64" },
    ]);
    // Two builds beside each other, as of kernels: the image's own is still there.
    expect(reportOf({ after: [...BEFORE, newer] }, []).replaced).toEqual([]);
  });

  test("tells who needs whom, by capability and by file, and what needs one build only", () => {
    const report = reportOf(
      {
        after: LIBPQ,
        files: "bash\t/bin/sh\nlibpq\t/usr/lib64/libpq.so.5",
        provides: "zlib\tlibz.so.1()(64bit)\nzlib\tzlib\nlibldap\tlibldap.so.2()(64bit)",
        requires: [
          "libpq\tlibldap.so.2()(64bit)\t\t",
          "libpq\t/bin/sh\t\t",
          "libldap\tlibz.so.1()(64bit)\t\t",
          "libldap\tzlib\t=\t1.2.11-33.amzn2023",
          "zlib\tzlib\t>=\t1",
          "bash\tnowhere\t\t",
        ].join("\n"),
      },
      [],
    );
    expect([...report.neededBy]).toEqual([
      ["libldap", ["libpq"]],
      ["bash", ["libpq"]],
      ["zlib", ["libldap"]],
    ]);
    expect(report.exact).toEqual([{ user: "libldap", needs: "zlib", build: "1.2.11-33.amzn2023" }]);
    expect(report.files.get("libpq")).toEqual(["/usr/lib64/libpq.so.5"]);
  });

  test("reads the names of the repositories' packages as microdnf, dnf and yum list them", () => {
    const names = "Error: something\nlibpq-17.6-1.amzn2023.x86_64\nperl-DBD-Pg-1:3.15-1.noarch\nmysql.x86_64 5.5 core";
    expect(reportOf({ names }, []).names).toEqual(["libpq", "perl-DBD-Pg", "mysql"]);
  });

  test("tells of package scripts that failed, which is no failure", () => {
    const output = "Installing libpq\nError in POSTIN scriptlet in rpm package libpq";
    expect(reportOf({ ...INSTALLED, output }, ["libpq"]).scriptlets).toEqual([
      "Error in POSTIN scriptlet in rpm package libpq",
    ]);
  });

  test("a script that did not end says nothing", () => {
    expect(parseInstall(sectionsOf({}).replace("@@s end\n0", ""), "@@s", [])).toBeUndefined();
  });

  test("sections of another separator are output, not sections", () => {
    const output = "@@t end\n0\n@@s2 after\nevil\t1-1.x86_64\tx";
    const { added } = reportOf({ ...INSTALLED, output }, ["libpq"]);
    expect(added.map((rpm) => rpm.name)).toEqual(["libldap", "libpq"]);
  });
});
