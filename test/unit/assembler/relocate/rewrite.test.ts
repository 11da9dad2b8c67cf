import { describe, expect, test } from "vitest";
import type { PathNode } from "../../../../src/assembler/relocate/path-index.ts";
import { rewritePaths, type ShortLink } from "../../../../src/assembler/relocate/rewrite.ts";

/** Container path -> path below /opt; `undefined` for a folder that the image has too. */
function index(paths: Record<string, string | undefined>): PathNode {
  const root: PathNode = { children: new Map(), target: undefined };
  for (const [path, target] of Object.entries(paths)) {
    let node = root;
    for (const name of path.split("/")) {
      const next: PathNode = node.children.get(name) ?? { children: new Map(), target: undefined };
      node.children.set(name, next);
      node = next;
    }
    node.target = target;
  }
  return root;
}

const LAYER = index({
  "usr/lib64": undefined,
  "usr/lib64/mariadb": "lib/mariadb",
  "usr/lib64/mariadb/plugin": "lib/mariadb/plugin",
  "usr/lib64/foo": "lib/foo",
  "usr/share": undefined,
  "usr/share/x": "share/x",
  "usr/sbin/tool": "bin/tool",
  "bin/tool": "bin/tool",
  "etc/fonts": "etc/fonts",
  "etc/odbc.ini": "etc/odbc.ini",
});

function rewrite(text: string, claim: (link: ShortLink) => boolean = () => true) {
  const content = Buffer.from(text, "latin1");
  const count = rewritePaths(content, LAYER, claim);
  return { text: content.toString("latin1"), count };
}

describe("rewriting at equal length", () => {
  test.each([
    ["a plugin folder", "\0/usr/lib64/mariadb/plugin\0", "\0/opt/lib///mariadb/plugin\0"],
    [
      "runs of slashes, which count as one",
      "\0/usr/lib64////////mariadb/plugin\0",
      "\0/opt/lib//////////mariadb/plugin\0",
    ],
    ["a slash at the end", "/usr/lib64/mariadb/plugin/", "/opt/lib///mariadb/plugin/"],
    ["a folder of equal length", "/usr/share/x", "/opt/share/x"],
    ["what lies below a folder of the layer alone", "/usr/share/x/%s.conf", "/opt/share/x/%s.conf"],
    ["sbin, which becomes bin", "#!/usr/sbin/tool -x", "#!/opt/bin//tool -x"],
    ["several in a list", "/usr/share/x:/usr/lib64/foo", "/opt/share/x:/opt/lib///foo"],
    ["quoted", '"/usr/share/x"', '"/opt/share/x"'],
    ["quoted behind other strings", "f('a', \"b\", '/usr/share/x')", "f('a', \"b\", '/opt/share/x')"],
    ["quoted within a string", '"{\\"a\\":\\"/usr/share/x\\"}"', '"{\\"a\\":\\"/opt/share/x\\"}"'],
    ["quoted on the next line", "don't\n'/usr/share/x'", "don't\n'/opt/share/x'"],
    ["quoted in a binary's next string", "don't\0'/usr/share/x'", "don't\0'/opt/share/x'"],
    ["run in backquotes", "v=`/usr/sbin/tool -v`", "v=`/opt/bin//tool -v`"],
    ["after an equals sign", "dir=/usr/share/x;", "dir=/opt/share/x;"],
    ["after a compiler's flag", "-L/usr/lib64/foo -I/usr/share/x", "-L/opt/lib///foo -I/opt/share/x"],
    ["in a file's address", "file:///usr/share/x", "file:///opt/share/x"],
    ["before a full stop", "see /usr/share/x.", "see /opt/share/x."],
    ["etc, by way of a short link", "/etc/fonts/fonts.conf", "/opt/fonts/fonts.conf"],
  ])("%s", (_name, before, after) => {
    expect(rewrite(before).text).toBe(after);
    expect(after.length).toBe(before.length);
  });

  test.each([
    ["the beginning of a longer name", "/usr/lib64/foobar"],
    ["the beginning of a name with a hyphen", "/usr/lib64/foo-2"],
    ["the beginning of a name with a dot", "/usr/share/x.conf"],
    ["the middle of another path", "/srv/root/usr/share/x"],
    ["after a variable", "${prefix}/usr/share/x"],
    ["after a variable in quotes", '"$R"/usr/share/x "a" "$R"/usr/share/x'],
    ["after a string in single quotes", "'/srv'/usr/share/x"],
    ["after quotes within a string", 'eval "x=\\"$R\\"/usr/share/x"'],
    ["after a command's output", "`pwd`/usr/share/x"],
    ["after a name", "host/usr/share/x"],
    ["a web address", "http://host/usr/share/x"],
    ["a web address whose host is named like a folder", "http://usr/share/x"],
    ["a folder that the image has too", "/usr/lib64:/usr/share/"],
    ["what the layer lacks", "/usr/lib64/bar /usr/bin/sh"],
    ["no path at all", "// / /usr"],
  ])("leaves alone %s", (_name, text) => {
    expect(rewrite(text)).toEqual({ text, count: 0 });
  });

  test("names the short links that it needs", () => {
    const asked: ShortLink[] = [];
    const { text } = rewrite("/etc/odbc.ini /bin/tool", (link) => asked.push(link) > 0);
    expect(text).toBe("/opt/odbc.ini /opt/tool");
    expect(asked).toEqual([
      { name: "odbc.ini", target: "etc/odbc.ini" },
      { name: "tool", target: "bin/tool" },
    ]);
  });

  test("leaves the string alone where the short link's name is taken", () => {
    expect(rewrite("/etc/fonts/x", () => false)).toEqual({ text: "/etc/fonts/x", count: 0 });
  });

  test("changes nothing the second time", () => {
    const once = rewrite("\0/usr/lib64/mariadb/plugin\0/etc/fonts\0");
    expect(once.count).toBe(2);
    expect(rewrite(once.text)).toEqual({ text: once.text, count: 0 });
  });

  test("keeps all bytes around a match", () => {
    const content = Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("/usr/share/x"), Buffer.from([0x00, 0xfe])]);
    rewritePaths(content, LAYER, () => true);
    expect(content).toEqual(
      Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("/opt/share/x"), Buffer.from([0x00, 0xfe])]),
    );
  });
});
