import { runSimulation } from "@cloud-copilot/iam-simulate";
import { aws, type JournalLine, type LabEnvironment } from "./lab.ts";

const [ACCOUNT, REGION] = ["123456789012", "us-east-1"];

/** What a call takes of whoever makes it. */
export interface Permission {
  /** Logical id of the role in the installation's template. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

export interface Statement {
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** A policy of the installation, and the roles that it holds for. */
export interface Policy {
  readonly name: string;
  readonly roles: readonly string[];
  readonly statements: readonly Statement[];
}

const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const objectArn = (bucket: unknown, key: unknown): string => `arn:aws:s3:::${bucket}/${key}`;
const projectArn = (name: string): string => arn("codebuild", `project/${name}`);

/**
 * Actions and resources by operation. Source: Service Authorization Reference; for what PublishLayerVersion reads, the
 * Lambda API Reference, "LayerVersionContentInput".
 */
const PERMISSIONS: Readonly<Record<string, (params: JournalLine["params"]) => readonly (readonly [string, string])[]>> =
  {
    GetObject: ({ Bucket, Key }) => [["s3:GetObject", objectArn(Bucket, Key)]],
    HeadObject: ({ Bucket, Key }) => [["s3:GetObject", objectArn(Bucket, Key)]],
    PutObject: ({ Bucket, Key }) => [["s3:PutObject", objectArn(Bucket, Key)]],
    CreateMultipartUpload: ({ Bucket, Key }) => [["s3:PutObject", objectArn(Bucket, Key)]],
    UploadPart: ({ Bucket, Key }) => [["s3:PutObject", objectArn(Bucket, Key)]],
    CompleteMultipartUpload: ({ Bucket, Key }) => [["s3:PutObject", objectArn(Bucket, Key)]],
    DeleteObject: ({ Bucket, Key }) => [["s3:DeleteObject", objectArn(Bucket, Key)]],
    ListObjectsV2: ({ Bucket }) => [["s3:ListBucket", `arn:aws:s3:::${Bucket}`]],
    ListLayerVersions: ({ LayerName }) => [["lambda:ListLayerVersions", arn("lambda", `layer:${LayerName}:1`)]],
    PublishLayerVersion: ({ LayerName, Content }) => {
      const { S3Bucket, S3Key } = Content as { S3Bucket: string; S3Key: string };
      return [
        ["lambda:PublishLayerVersion", arn("lambda", `layer:${LayerName}`)],
        ["s3:GetObject", objectArn(S3Bucket, S3Key)],
      ];
    },
    StartBuild: ({ projectName }) => [["codebuild:StartBuild", projectArn(String(projectName))]],
    ListBuildsForProject: ({ projectName }) => [["codebuild:ListBuildsForProject", projectArn(String(projectName))]],
    BatchGetBuilds: ({ ids }) =>
      (ids as readonly string[]).map(
        (id) => ["codebuild:BatchGetBuilds", projectArn(id.split(":", 1)[0] ?? "")] as const,
      ),
  };

/** Distinct permissions that the calls of the installation's own roles took. */
export function permissionsOf(
  journal: readonly JournalLine[],
  roles: ReadonlyMap<string, string>,
): readonly Permission[] {
  const found = new Map<string, Permission>();
  for (const { role: name, op, params } of journal) {
    const role = roles.get(name);
    if (role === undefined) continue;
    const needed = PERMISSIONS[op];
    if (needed === undefined)
      throw new Error(`${role} called ${op}: say in support/iam.ts which permission that takes`);
    for (const [action, resource] of needed(params)) {
      const permission = { role, action, resource };
      found.set(JSON.stringify(permission), permission);
    }
  }
  return [...found.values()];
}

/**
 * The evaluator takes lambda:ListLayerVersions for an action without resources, as the Service Authorization Reference has it.
 * AWS compares it with the layer's ARN (awsdocs/aws-lambda-developer-guide pull request 204, and the texts of its denials), so
 * another action on layers, of which the installation has no use, plays it.
 */
const played = (action: string): string => (action === "lambda:ListLayerVersions" ? "lambda:GetLayerVersion" : action);
const playedIn = (statement: Statement): Statement => ({ ...statement, Action: [statement.Action].flat().map(played) });

/** True if the policies allow it. */
export async function isAllowed(policies: readonly Policy[], { role, action, resource }: Permission): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        action: played(action),
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {},
      },
      identityPolicies: policies
        .filter(({ roles }) => roles.includes(role))
        .map(({ name, statements }) => ({
          name,
          policy: { Version: "2012-10-17", Statement: statements.map(playedIn) },
        })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === "error") throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === "Allowed";
}

type Document = string | { readonly Statement: Statement | readonly Statement[] };
const statementsOf = (document: Document): readonly Statement[] => {
  const { Statement } = typeof document === "string" ? JSON.parse(decodeURIComponent(document)) : document;
  return [Statement].flat();
};

/** Logical ids of the installation's roles by their names. */
export async function installedRoles(env: LabEnvironment): Promise<ReadonlyMap<string, string>> {
  type Resources = {
    StackResourceSummaries: Record<"ResourceType" | "LogicalResourceId" | "PhysicalResourceId", string>[];
  };
  const list = ["cloudformation", "list-stack-resources", "--stack-name", "nativedeps"];
  const { StackResourceSummaries } = await aws<Resources>(env, ...list);
  return new Map(
    StackResourceSummaries.filter(({ ResourceType }) => ResourceType === "AWS::IAM::Role").map((role) => [
      role.PhysicalResourceId,
      role.LogicalResourceId,
    ]),
  );
}

/** The policies of the installation's roles, as the stack has made them. */
export async function installedPolicies(
  env: LabEnvironment,
  roles: ReadonlyMap<string, string>,
): Promise<readonly Policy[]> {
  const policies = new Map<string, Policy>();
  for (const [name, role] of roles) {
    const inRole = ["--role-name", name];
    const { PolicyNames } = await aws<{ PolicyNames: string[] }>(env, "iam", "list-role-policies", ...inRole);
    for (const policy of PolicyNames) {
      const get = ["iam", "get-role-policy", ...inRole, "--policy-name", policy];
      const { PolicyDocument } = await aws<{ PolicyDocument: Document }>(env, ...get);
      policies.set(`${role}/${policy}`, {
        name: `${role}/${policy}`,
        roles: [role],
        statements: statementsOf(PolicyDocument),
      });
    }
    type Attached = { AttachedPolicies: { PolicyArn: string }[] };
    for (const { PolicyArn } of (await aws<Attached>(env, "iam", "list-attached-role-policies", ...inRole))
      .AttachedPolicies) {
      const get = ["iam", "get-policy-version", "--policy-arn", PolicyArn, "--version-id", "v1"];
      const { PolicyVersion } = await aws<{ PolicyVersion: { Document: Document } }>(env, ...get);
      const attachedTo = [...(policies.get(PolicyArn)?.roles ?? []), role];
      policies.set(PolicyArn, { name: PolicyArn, roles: attachedTo, statements: statementsOf(PolicyVersion.Document) });
    }
  }
  return [...policies.values()];
}
