import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeAssemblies, temporaryFolder } from "./support/assembler.ts";
import { must } from "./support/commands.ts";
import {
  installedPolicies,
  installedRoles,
  isAllowed,
  type Permission,
  type Policy,
  permissionsOf,
} from "./support/iam.ts";
import { freshLab, journal, type LabEnvironment, lab } from "./support/lab.ts";
import { installedMacro, templateOf } from "./support/macro.ts";

/**
 * What Lambda and CodeBuild do with a function's or a build's role by themselves, and the lab does not play. Sources: Lambda
 * Developer Guide, "Working with CloudWatch Logs"; CodeBuild User Guide, "Create a CodeBuild service role".
 */
const LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];

describe("the permissions of the installation", () => {
  let policies: readonly Policy[];
  let permissions: readonly Permission[];

  beforeAll(async () => {
    const env = await freshLab();
    await everyWay(env);
    const roles = await installedRoles(env);
    policies = await installedPolicies(env, roles);
    permissions = [...permissionsOf(await journal(), roles), ...logging(policies)];
  });

  afterAll(removeAssemblies);

  it("suffice for every call that was made", async () => {
    expect(new Set(permissions.map(({ role }) => role))).toEqual(
      new Set(["MacroRole", "WaiterRole", "BuildRole", "InstallerRole"]),
    );
    const denied: Permission[] = [];
    for (const permission of permissions) if (!(await isAllowed(policies, permission))) denied.push(permission);
    expect(denied).toEqual([]);
  });

  it("are each needed by some call: no action and no resource of any statement can be left out", async () => {
    const idle: string[] = [];
    for (const policy of policies) {
      for (const [at, statement] of policy.statements.entries()) {
        for (const smaller of smallerStatements(statement)) {
          const statements = policy.statements.flatMap((each, index) => (index === at ? smaller.statement : each));
          const others = policies.map((each) => (each === policy ? { ...policy, statements } : each));
          const affected = permissions.filter(({ role }) => policy.roles.includes(role));
          const allowed = await Promise.all(affected.map((permission) => isAllowed(others, permission)));
          if (allowed.every(Boolean)) idle.push(`${policy.name}: ${smaller.without}`);
        }
      }
    }
    expect(idle).toEqual([]);
  });

  it("name no action by a wildcard, and no resource by nothing else", () => {
    const statements = policies.flatMap((policy) => policy.statements);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    expect(statements.flatMap(({ Resource }) => Resource).filter((resource) => resource === "*")).toEqual([]);
  });
});

/** A statement with one action or one resource less, or nothing where it has but one of each. */
function smallerStatements(statement: Policy["statements"][number]) {
  const [actions, resources] = [[statement.Action].flat(), [statement.Resource].flat()];
  const less = (what: "Action" | "Resource", all: readonly unknown[]) =>
    all.map((each) => {
      const rest = all.filter((other) => other !== each);
      return { without: String(each), statement: rest.length === 0 ? [] : [{ ...statement, [what]: rest }] };
    });
  return [...less("Action", actions), ...less("Resource", resources)] as {
    without: string;
    statement: Policy["statements"][number][];
  }[];
}

/** That the role of each function and build writes its log. */
const logging = (policies: readonly Policy[]): readonly Permission[] =>
  policies.flatMap(({ roles, statements }) =>
    statements
      .filter(({ Action }) => [Action].flat().some((action) => LOGS.includes(action)))
      .flatMap(({ Resource }) =>
        LOGS.map((action) => ({ action, resource: `${String(Resource).replace(/:\*$/, "")}:log-stream:x` })),
      )
      .flatMap((permission) => roles.map((role) => ({ role, ...permission }))),
  );

/** One of each: found, built, failed, joined, taken over, deferred, and deleted while it waits. */
async function everyWay(env: LabEnvironment): Promise<void> {
  const macro = await installedMacro(env);
  const [good, bad] = [templateOf([{ Runtime: ["jq"] }]), templateOf([{ Runtime: ["no-such-package"] }])];
  await macro(good);
  await macro(bad);
  await macro(bad);
  // There is no such build host here: the build fails.
  await macro(templateOf([{ Runtime: ["jq"] }], { Architectures: ["arm64"] }));

  const template = `${temporaryFolder()}/template.json`;
  const Role = {
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } },
  };
  const deferred = [{ Runtime: ["jq"], Keep: ["share/doc/deferred"] }];
  const { Resources } = templateOf(deferred, { Role: { "Fn::GetAtt": ["Role", "Arn"] } });
  const Transform = { Name: "NativeDeps", Parameters: { WaitSeconds: 0 } };
  writeFileSync(template, JSON.stringify({ Transform, Resources: { ...Resources, Role } }));
  const deploy = ["cloudformation", "deploy", "--template-file", template, "--stack-name", "deferred"];
  await must("aws", [...deploy, "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"], { env });
  await must("aws", ["cloudformation", "delete-stack", "--stack-name", "deferred"], { env });
  await lab("tick");
}
