import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./support/commands.ts";
import { type LabEnvironment, labUp, type Server, thirdPartyRepositories } from "./support/lab.ts";

const AL2023 = "public.ecr.aws/lambda/python:3.13-x86_64";
const AL2 = "public.ecr.aws/lambda/python:3.9-x86_64";

/** What the tests of layers take for granted about the lab's images and their repositories. */
describe("the lab's repositories", () => {
  let env: LabEnvironment;
  let third: Server;

  beforeAll(async () => {
    env = await labUp();
    third = await thirdPartyRepositories();
  });

  afterAll(async () => {
    await third.down();
  });

  async function inImage(image: string, script: string): Promise<string> {
    const options = ["run", "--rm", "--env", "LD_LIBRARY_PATH=", "--entrypoint", "bash", image, "-c", script];
    return (await run("podman", options, { env })).output;
  }

  it("know whose the base's files are, and that these are as they were", async () => {
    const said = await inImage(
      AL2023,
      "rpm -ql zlib; rpm -qf --qf '%{name}' /usr/bin/curl; rpm -V zlib glib2 krb5-libs",
    );
    expect(said).toMatch(/^\/usr\/lib64\/libz\.so\.1\n\/usr\/lib64\/libz\.so\.1\.[\d.]+\ncurl-minimal$/);
  });

  it("refuse what conflicts with the base", async () => {
    const said = await inImage(AL2023, "dnf install -y curl");
    expect(said).toMatch(/curl-minimal\S* from @System conflicts with curl/);
  });

  it("upgrade a base library that a package needs one build newer", async () => {
    const said = await inImage(AL2023, "rpm -q libzstd; dnf install -y zstd > /dev/null 2>&1; rpm -q libzstd zstd");
    expect(said).toMatch(/^libzstd-(\S+)-1\.amzn2023\S+\nlibzstd-\1-2\.amzn2023\S+\nzstd-\1-2\.amzn2023\S+\n$/);
  });

  it.each([
    ["2023.8.20250915", "jq-1.6-", "caseconv-1.0-", "xz-5.4.1-"],
    ["2023.9.20251110", "jq-1.7.1-", "caseconv-1.0-", "xz-5.4.1-"],
    ["2023.9.20251117", "jq-1.7.1-", "caseconv-1.0-", "xz-5.4.1-"],
    ["2023.10.20260105", "jq-1.7.1-", "caseconv-1.1-", "xz-5.8.1-"],
  ])("have a release %s", async (release, ...packages) => {
    const names = "jq caseconv xz";
    const said = await inImage(AL2023, `dnf install -y --releasever=${release} ${names} 2>&1; rpm -q ${names}`);
    expect(said.trim().split("\n").slice(-3)).toEqual(packages.map((name) => expect.stringContaining(name)));
  });

  it("are more once spal-release, epel-release or a topic is there", async () => {
    const spal = "dnf install -y spal-release && dnf install -y figlet && rpm -q figlet";
    expect(await inImage(AL2023, spal)).toMatch(/^figlet-\S+\.spal2023\.x86_64$/m);
    const extras =
      "yum install -y amazon-linux-extras && amazon-linux-extras install -y epel && amazon-linux-extras enable redis6";
    const both = await inImage(AL2, `${extras} && yum install -y figlet redis && rpm -q figlet redis`);
    expect(both).toMatch(/^figlet-\S+\.el7\.x86_64\nredis-6\.\S+\.amzn2\.x86_64$/m);
    expect(await inImage(AL2023, "dnf install -y figlet")).toContain("No package matches 'figlet'");
  });

  it.each([
    ["third-party", "acme-greeter", "Complete!"],
    ["bad-signature", "acme-unsigned", "is not signed"],
    ["bad-signature", "acme-tampered", "GPG check FAILED"],
    ["bad-signature", "acme-stranger", "GPG check FAILED"],
    ["broken-metadata", "acme-lost", "checksum doesn't match"],
  ])("can be a third party's: %s, with %s", async (name, rpm, expected) => {
    const url = `${third.env.LAB_REPOSITORIES}/${name}`;
    const repo = `[${name}]\\nname=x\\nbaseurl=${url}\\ngpgcheck=1\\ngpgkey=${url}/RPM-GPG-KEY-third-party\\n`;
    const said = await inImage(
      AL2023,
      `printf '${repo}' > /etc/yum.repos.d/x.repo; dnf install -y ${rpm}; rpm -q ${rpm}`,
    );
    expect(said).toContain(expected);
    if (name !== "third-party") expect(said).toContain(`package ${rpm} is not installed`);
  });
});
