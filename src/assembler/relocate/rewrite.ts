import { Buffer } from "node:buffer";
import type { PathNode } from "./path-index.ts";

/** A link at the top of the layer that a rewritten string needs, e.g. fonts -> etc/fonts. */
export interface ShortLink {
  readonly name: string;
  readonly target: string;
}

const SLASH = 0x2f;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** NUL, line feed, carriage return: no path goes on past one. */
export const STRING_ENDS = [0x00, 0x0a, 0x0d];
/** Double, single and back. */
const QUOTES = [0x22, 0x27, 0x60];

/** Bytes that names consist of as a rule; any other ends a path, and may stand before one. */
const IS_NAME = new Uint8Array(256);
for (const char of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-~@%")
  IS_NAME[char.charCodeAt(0)] = 1;
IS_NAME.fill(1, 0x80);

/** What may not stand right before a path: there it is the middle of a longer one, or follows a variable. */
const GLUED = new Uint8Array(IS_NAME);
for (const char of "})]") GLUED[char.charCodeAt(0)] = 1;

/** Flags of compilers stand right before a path: -L/usr/lib64/x. */
const FLAGS = new Set([..."ILB"].map((char) => char.charCodeAt(0)));

/**
 * Rewrites, in place and at equal length, every string that names something in this layer to its place below /opt:
 * `/usr/lib64/mariadb/plugin` becomes `/opt/lib///mariadb/plugin`. Runs of slashes count as one. What cannot be said
 * in the same length gets a link at the top of the layer: `/etc/x` becomes `/opt/x`, a link to etc/x.
 *
 * @returns strings rewritten
 * @param claim asks for such a link; false if its name at the top of the layer is taken
 */
export function rewritePaths(content: Buffer, index: PathNode, claim: (link: ShortLink) => boolean): number {
  const closesString = quoteReader(content);
  let count = 0;
  for (let run = content.indexOf(SLASH); run >= 0; ) {
    const at = endOfSlashes(content, run) - 1;
    const match = mayStart(content, run, at) ? longestMatch(content, at, index) : undefined;
    const said = match === undefined || closesString(run - 1) ? undefined : sayIn(match.end - at, match.target);
    if (said !== undefined && (said.link === undefined || claim(said.link))) {
      content.write(said.text, at, "utf8");
      count += 1;
    }
    run = content.indexOf(SLASH, match?.end ?? at + 1);
  }
  return count;
}

function endOfSlashes(content: Buffer, start: number): number {
  let end = start;
  while (content[end] === SLASH) end += 1;
  return end;
}

/** Whether a path may start with the slashes from `run` to `last`. */
function mayStart(content: Buffer, run: number, last: number): boolean {
  const before = run === 0 ? 0 : (content[run - 1] as number);
  // `//host` of a web address.
  if (before === COLON && last - run === 1) return false;
  if (GLUED[before] === 0) return true;
  if (!FLAGS.has(before)) return false;
  return /(^|[^A-Za-z0-9_-])-[ILB]$/.test(content.toString("latin1", Math.max(0, run - 3), run));
}

/**
 * Tells of growing positions whether a quote stands there that ends a string, as in `"$R"/etc/x`: one with an odd number
 * of its like before it on its line, or in its string of a binary. Quotes behind a backslash are counted among
 * themselves. Never goes back, however long the lines are.
 */
function quoteReader(content: Buffer): (at: number) => boolean {
  const isOpen = [false, false, false, false, false, false];
  let escaped = false;
  let pos = 0;
  const kindOf = (byte: number): number => {
    const quote = QUOTES.indexOf(byte);
    return quote < 0 || !escaped ? quote : quote + QUOTES.length;
  };
  return (at) => {
    if (!QUOTES.includes(content[at] as number)) return false;
    const unread = content.subarray(pos, at);
    const end = Math.max(...STRING_ENDS.map((byte) => unread.lastIndexOf(byte)));
    if (end >= 0) {
      isOpen.fill(false);
      escaped = false;
      pos += end + 1;
    }
    for (; pos < at; pos++) {
      const byte = content[pos] as number;
      const kind = kindOf(byte);
      if (kind >= 0) isOpen[kind] = !isOpen[kind];
      escaped = byte === BACKSLASH && !escaped;
    }
    return isOpen[kindOf(content[at] as number)] === true;
  };
}

/** The longest path in the index that the string at `at` spells, ended by something that no name goes on with. */
function longestMatch(content: Buffer, at: number, index: PathNode): { end: number; target: string } | undefined {
  let best: { end: number; target: string } | undefined;
  let node = index;
  for (let pos = at; content[pos] === SLASH; ) {
    const start = endOfSlashes(content, pos);
    let end = start;
    while (end < content.length && IS_NAME[content[end] as number] === 1) end += 1;
    const child = childAt(content, start, end, node);
    if (child === undefined) break;
    if (child.node.target !== undefined) best = { end: child.end, target: child.node.target };
    node = child.node;
    pos = child.end;
  }
  return best;
}

/** In prose a full stop may follow a path. */
function childAt(
  content: Buffer,
  start: number,
  end: number,
  node: PathNode,
): { node: PathNode; end: number } | undefined {
  if (node.children.size === 0 || start === end) return undefined;
  const name = content.toString("utf8", start, end);
  const child = node.children.get(name);
  if (child !== undefined) return { node: child, end };
  const bare = name.endsWith(".") ? node.children.get(name.slice(0, -1)) : undefined;
  return bare === undefined ? undefined : { node: bare, end: end - 1 };
}

/** `/opt/<target>` in exactly `length` bytes, or by way of a short link; undefined if neither fits. */
function sayIn(length: number, target: string): { text: string; link?: ShortLink } | undefined {
  const slash = target.indexOf("/");
  const [head, rest] = slash < 0 ? ["", target] : [target.slice(0, slash), target.slice(slash + 1)];
  const spare = length - Buffer.byteLength(`/opt/${target}`);
  if (spare >= 0) return { text: `/opt/${head}${"/".repeat(spare)}${head === "" ? "" : "/"}${rest}` };
  const short = length - Buffer.byteLength(`/opt/${rest}`);
  if (short < 0 || head === "") return undefined;
  const name = rest.split("/", 1)[0] as string;
  return { text: `/opt${"/".repeat(short)}/${rest}`, link: { name, target: `${head}/${name}` } };
}
