import { beforeAll, describe, expect, it } from "vitest";
import { ROOT, run } from "./support/commands.ts";
import { freshLab, invoke, type LabEnvironment } from "./support/lab.ts";

const FOLDER = `${ROOT}/test/acceptance/families`;

/** What each family's function answers, from programs and libraries that only its layer has. */
const FAMILIES: Readonly<Record<string, unknown>> = {
  git: { texts: ["of the repository", "of the submodule"], log: ["Add the submodule", "Add app.txt"] },
  fonts: {
    fonts: [
      "/opt/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf: DejaVu Sans",
      "/opt/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf: DejaVu Sans",
    ],
    match: "DejaVu Sans",
    text: { width: 300, height: 60, colours: expect.toSatisfy((n: number) => n > 10) },
  },
  pixbuf: { width: 16, height: 16, colours: 2 },
  ghostscript: { width: 200, height: 100, colours: expect.toSatisfy((n: number) => n > 2) },
  graphviz: {
    labels: ["first", "second"],
    picture: expect.objectContaining({ colours: expect.toSatisfy((n: number) => n > 10) }),
  },
  odbc: { drivers: ["[SQLite3]"], rows: ["Earth,1", "Mars,2"] },
  perl: { program: '{"answer":[42]}', line: "[1,2]" },
  jq: { output: '["ABC","CAB"]', version: "jq-1.7" },
  "jq-al2": { output: '["ABC","CAB"]', version: "jq-1.6" },
  blas: { program: "11", library: 6 },
  caseconv: { plugins: ["lower", "upper"], text: "caseconv 1.0: HELLO" },
  almanac: ["March", "December"],
  tzdata: { python: "2025-07-01T12:00:00+02:00", libc: "+0530" },
  terminfo: 256,
};

describe("families of packages, each used by a function, with no variable set by the template", () => {
  let env: LabEnvironment;

  beforeAll(async () => {
    env = await freshLab();
    const options = ["--stack-name", "families", "--s3-bucket", env.LAB_BUCKET ?? "", "--no-progressbar"];
    const capabilities = ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"];
    const { output } = await run("sam", ["deploy", ...options, ...capabilities], { cwd: FOLDER, env });
    expect(output).toContain("Successfully created/updated stack - families");
  });

  it.each(Object.entries(FAMILIES))("%s", async (family, expected) => {
    const { answer } = await invoke(`families-${family}`);
    expect(answer).toEqual({ result: expected, complaints: expect.anything() });
  });

  it.each(Object.keys(FAMILIES))(
    "%s finds all that its programs look for: they say nothing on stderr",
    async (family) => {
      expect((await invoke(`families-${family}`)).answer.complaints).toEqual([]);
    },
  );

  it.each(Object.keys(FAMILIES))("%s is the layer's doing: without it the function fails", async (family) => {
    expect((await invoke(`families-${family}`, "--without-layers")).ok).toBe(false);
  });
});
