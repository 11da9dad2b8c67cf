import { ZipFile } from "yazl";

/** A small zip: paths with their modes. */
export async function zipOf(files: Readonly<Record<string, number>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, mode] of Object.entries(files)) zip.addBuffer(Buffer.from(path), path, { mode });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
