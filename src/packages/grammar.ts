import * as v from "valibot";

/**
 * What a template and a layer spec may name. Whatever passes is safe as an argument of a package manager and as a path
 * below /opt. The JSON Schema of `Packages` is made from these, so each has one pattern, which JSON Schema can say, too.
 */

/** A package as `dnf install` takes it: `name`, `name-version`, `perl(Foo)`, `lib.so.3()(64bit)`; no option, no path, no URL. */
export const packageSpec = v.pipe(
  v.string(),
  v.nonEmpty("is empty"),
  v.maxLength(200, "is longer than 200 characters"),
  v.regex(/^[A-Za-z0-9._+:~^()][A-Za-z0-9._+:~^()-]*$/, ({ input }) =>
    input.startsWith("-") ? "starts with a hyphen, as only options do" : "has characters that no package name has",
  ),
);

/** A path below /opt, relative to it. No control characters. */
export const layerPath = v.pipe(
  v.string(),
  v.maxLength(500, "is no path below /opt"),
  v.regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
    /^(?!(?:.*\/)?\.{1,2}(?:\/|$))[^/\u0000-\u001f\u007f-\u009f]+(?:\/[^/\u0000-\u001f\u007f-\u009f]+)*$/,
    "is no path below /opt",
  ),
  // Halves of characters, which JSON Schema cannot name: the spec is stored and read back as text.
  v.check((path) => !/\p{Cs}/u.test(path), "is no path below /opt"),
);

/** A dated release of the Amazon Linux 2023 repositories; Amazon Linux 2 has none. */
const NOT_DATED = "is not a dated release of Amazon Linux 2023";
export const datedRelease = v.pipe(v.string(NOT_DATED), v.regex(/^2023\.\d{1,3}\.\d{8}$/, NOT_DATED));

/** A repository that Amazon offers beside the one of the image; which of them depends on the system. */
export const namedRepository = v.pipe(
  v.string(),
  v.regex(/^(?:spal|epel|extras:[A-Za-z0-9][A-Za-z0-9._-]{0,60})$/, "is not a repository that has a name"),
);

/** Of a repository that somebody else offers; on this machine alone it may come without TLS, for tests. */
const address = v.pipe(
  v.string("is not an address"),
  v.maxLength(500, "is longer than 500 characters"),
  v.regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[\w./:$~%+=&?,@-]+$/, "is not an https address"),
);

/** A repository of somebody else, with the key that signs its packages. */
export const ownRepository = v.strictObject({
  Id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/, "is no name of a repository")),
  BaseUrl: address,
  GpgKey: address,
  Fingerprint: v.pipe(
    v.string("is no fingerprint"),
    v.regex(
      /^(?:[0-9A-Fa-f]{4} {0,2}){10}(?:(?:[0-9A-Fa-f]{4} {0,2}){6})?$/,
      "is no fingerprint of 40 or 64 hexadecimal digits",
    ),
  ),
});

/** What is wrong with a text, in words that follow it; undefined if nothing is. */
export function faultOf(grammar: typeof packageSpec | typeof layerPath, text: string): string | undefined {
  return v.safeParse(grammar, text).issues?.[0].message;
}
