import { call, codeOf, lazy } from "./call.ts";
import { clientOptions } from "./client-options.ts";

const s3 = lazy(async () => {
  const sdk = await import("@aws-sdk/client-s3");
  return { client: new sdk.S3Client(clientOptions), ...sdk };
});

/** Largest object we read: a build's result may be hostile, and all others are small. */
const MAX_BYTES = 64 * 1024;

export interface StoredObject {
  readonly text: string;
  readonly etag: string;
}

/** The start of a body, the rest left unread. A range would do the same, but S3 refuses ranges of empty objects. */
async function firstBytes(body: unknown): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES).toString("utf8");
}

export type PutCondition = { readonly ifAbsent: true } | { readonly ifMatch: string } | undefined;

/** The few things we do with a bucket, as plain text objects. */
export interface Objects {
  /** undefined only if the service says that there is none. Reads at most 64 KB. */
  get(key: string): Promise<StoredObject | undefined>;
  /** The etag; undefined if the condition did not hold. */
  put(key: string, text: string, condition?: PutCondition): Promise<string | undefined>;
  list(prefix: string): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
}

/** A write that lost the race: 412 = the condition does not hold, 409 = another conditional write is under way. */
const lost = (failure: unknown): boolean =>
  ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"].includes(codeOf(failure));

export function awsObjects(bucket: string): Objects {
  return {
    async get(key) {
      const { client, GetObjectCommand } = await s3();
      return call(`s3:GetObject on ${bucket}/${key}`, async () => {
        try {
          const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          return { text: await firstBytes(object.Body), etag: object.ETag ?? "" };
        } catch (failure) {
          if (codeOf(failure) === "NoSuchKey") return undefined;
          throw failure;
        }
      });
    },
    async put(key, text, condition) {
      const { client, PutObjectCommand } = await s3();
      const conditional =
        condition === undefined ? {} : "ifAbsent" in condition ? { IfNoneMatch: "*" } : { IfMatch: condition.ifMatch };
      return call(`s3:PutObject on ${bucket}/${key}`, async () => {
        try {
          const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ...conditional });
          return (await client.send(command)).ETag ?? "";
        } catch (failure) {
          if (condition !== undefined && lost(failure)) return undefined;
          throw failure;
        }
      });
    },
    async list(prefix) {
      const { client, paginateListObjectsV2 } = await s3();
      return call(`s3:ListBucket on ${bucket}/${prefix}`, async () => {
        const keys: string[] = [];
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
          keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        }
        return keys;
      });
    },
    async remove(key) {
      const { client, DeleteObjectCommand } = await s3();
      await call(`s3:DeleteObject on ${bucket}/${key}`, () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
      );
    },
  };
}
