// rewrite-paths.mjs TREE FROM=TO...: moves folders of a package and rewrites what its files say about them, so that the
// package works where Amazon Linux would have put it. Libraries keep every byte's place: the rest is filled with slashes.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const [tree, ...words] = process.argv.slice(2);
const moves = words.map((word) => word.split("=")).map(([from, to]) => ({ from, to }));

function merge(from, to) {
  if (!lstatSync(from).isDirectory() || !existsSync(to)) {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
    return;
  }
  for (const name of readdirSync(from)) merge(join(from, name), join(to, name));
  rmSync(from, { recursive: true });
}

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

function isFolder(path) {
  return existsSync(join(tree, path)) && statSync(join(tree, path)).isDirectory();
}

/** The same text with `from` replaced; in an ELF, `fill` keeps the length. */
function rewrite(text, { from, to }, fill) {
  const pattern = new RegExp(`/${from.replace(/[.+]/g, "\\$&")}(?![\\w.+-])((?:/[\\w.+-]+)*)`, "g");
  return text.replace(pattern, (whole, tail, at) => {
    const path = `/${to}${tail}`;
    const slashes = "/".repeat(fill ? Math.max(0, whole.length - path.length) : 0);
    const ends = /[\0:;\s]/.test(text[at + whole.length] ?? "\0");
    return ends && isFolder(path) ? path + slashes : `/${to}${slashes}${tail}`;
  });
}

for (const { from, to } of moves) {
  if (existsSync(join(tree, from))) merge(join(tree, from), join(tree, to));
}
for (const path of walk(tree)) {
  if (lstatSync(path).isSymbolicLink()) {
    const target = readlinkSync(path);
    const next = moves.reduce((text, move) => rewrite(text, move, false), target);
    if (next !== target) {
      rmSync(path);
      symlinkSync(next, path);
    }
    continue;
  }
  const before = readFileSync(path, "latin1");
  const elf = before.startsWith("\x7fELF");
  const after = moves.reduce((text, move) => rewrite(text, move, elf), before);
  if (elf && after.length !== before.length) throw new Error(`${path}: a path would grow: move it to a shorter one`);
  if (after !== before) writeFileSync(path, after, "latin1");
}
