import { type InstallReport, parseInstall } from "../../../../src/assembler/install/install-output.ts";

/** What the image has in these tests, as rpm's query says it. */
export const BEFORE = [
  "bash\t5.2.15-1.amzn2023.x86_64\tGPLv3+\tbash-5.2.15-1.amzn2023.src.rpm",
  "zlib\t1.2.11-33.amzn2023.x86_64\tzlib\tzlib-1.2.11-33.amzn2023.src.rpm",
];

export const LIBPQ = [
  ...BEFORE,
  "gpg-pubkey\td5aeb72c-6b04bc18.(none)\tpubkey\t(none)",
  "libpq\t17.6-1.amzn2023.x86_64\tPostgreSQL\tlibpq-17.6-1.amzn2023.src.rpm",
  "libldap\t1:2.4-1.amzn2023.x86_64\tOpenLDAP\topenldap-2.4-1.amzn2023.src.rpm",
];

/** Sections of the installation script; what is left out says that all went well and nothing changed. */
export interface Said {
  readonly manager?: string;
  readonly setup?: string;
  readonly unprepared?: string;
  readonly prepared?: readonly string[];
  readonly unsigned?: string;
  readonly output?: string;
  readonly unknown?: string;
  readonly after?: readonly string[];
  readonly provided?: string;
  readonly names?: string;
  readonly files?: string;
  readonly requires?: string;
  readonly provides?: string;
  readonly code?: number;
}

export function sectionsOf(said: Said, separator = "@@s"): string {
  const { manager = "microdnf", prepared = BEFORE, after = prepared, code = 0 } = said;
  const sections = {
    ...{ manager, system: "Amazon Linux 2023.9.20251110", release: "2023.9.20251110" },
    ...{ before: BEFORE.join("\n"), setup: said.setup, unprepared: said.unprepared, prepared: prepared.join("\n") },
    ...{ unsigned: said.unsigned, output: said.output, unknown: said.unknown, after: after.join("\n") },
    ...{ provided: said.provided, names: said.names, files: said.files },
    ...{ requires: said.requires, provides: said.provides, end: String(code) },
  };
  const lines = Object.entries(sections).flatMap(([name, text]) => [`${separator} ${name}`, text ?? "", ""]);
  return ["shell noise", ...lines].join("\n");
}

export function reportOf(said: Said, specs: readonly string[]): InstallReport {
  const report = parseInstall(sectionsOf(said), "@@s", specs);
  if (report === undefined) throw new Error("not parsed");
  return report;
}
