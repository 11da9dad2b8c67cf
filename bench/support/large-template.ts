import type { JsonObject } from "../../src/template/json.ts";

/** Package sets that the functions of the template share. */
export const SPECS = 20;

const event = (Type: string, Properties: JsonObject): JsonObject => ({ Events: { Event: { Type, Properties } } });

/** What starts a function: of every ten, three calls of an API, two of an HTTP API, three others, two nothing of SAM's. */
const EVENTS: readonly ((index: number) => JsonObject)[] = [
  (index) => event("Api", { Path: `/items/${index}`, Method: "get" }),
  (index) => event("HttpApi", { Path: `/http/${index}`, Method: "get" }),
  (index) => event("SQS", { Queue: { "Fn::GetAtt": [`Other${(index % 100) * 2 + 1}`, "Arn"] } }),
  () => ({}),
  (index) => event("Api", { Path: `/items/${index}`, Method: "post" }),
  () => event("Schedule", { Schedule: "rate(1 day)" }),
  (index) => event("HttpApi", { Path: `/http/${index}`, Method: "post" }),
  (index) => event("Api", { Path: `/orders/{id}/${index}`, Method: "any" }),
  () => ({}),
  () => event("EventBridgeRule", { Pattern: { source: ["app"] } }),
];

const functionResource = (index: number, withEvents: boolean): JsonObject => ({
  Type: "AWS::Serverless::Function",
  Metadata: { Packages: { Build: ["gcc"], Runtime: ["mysql-libs", "git", `package-${index % SPECS}`] } },
  Properties: {
    Handler: `app${index}.handler`,
    CodeUri: `s3://artifacts/${index}`,
    Layers: [{ Ref: "Common" }],
    Environment: { Variables: { TABLE: { Ref: `Other${index}` }, INDEX: String(index) } },
    ...(withEvents ? EVENTS[index % EVENTS.length]?.(index) : {}),
    Policies: [{ DynamoDBReadPolicy: { TableName: { Ref: `Other${index}` } } }],
  },
});

const otherResource = (index: number): JsonObject =>
  index % 2 === 0
    ? { Type: "AWS::Serverless::SimpleTable" }
    : { Type: "AWS::SQS::Queue", Properties: { QueueName: `queue-${index}` } };

/**
 * A SAM template in which two of five resources are functions, and all of them ask. Events decide how long SAM takes,
 * as it writes the APIs' definitions; to us they make no difference.
 */
export function largeTemplate(resources: number, withEvents = true): JsonObject {
  const functions = Math.round((resources * 2) / 5);
  const others = resources - functions;
  return {
    Globals: { Function: { Runtime: "ruby3.3", Timeout: 30, Environment: { Variables: { STAGE: "prod" } } } },
    Resources: {
      ...Object.fromEntries(
        Array.from({ length: functions }, (_, index) => [`Function${index}`, functionResource(index, withEvents)]),
      ),
      ...Object.fromEntries(Array.from({ length: others }, (_, index) => [`Other${index}`, otherResource(index)])),
    },
  };
}
