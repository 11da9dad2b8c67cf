import { posix } from "node:path";
import type { LoadedElf } from "./loader.ts";

/** Libraries that only fit together when they were built together, although their versions do not say so. */
const GROUPS: readonly (readonly [name: string, libraries: RegExp])[] = [
  ["OpenSSL", /^lib(ssl|crypto)[.-]/],
  ["Kerberos", /^lib(krb5|k5crypto|gssapi_krb5|krb5support|kdb5|gssrpc|kadm5\w*)\.so/],
  ["GLib", /^lib(glib|gobject|gio|gmodule|gthread)-2\.0\.so/],
  ["ICU", /^libicu(data|uc|i18n|io|tu|test)\.so/],
];

/** A group that would come from two sides in one process. */
export interface Split {
  readonly group: string;
  readonly paths: readonly string[];
}

const sideOf = (path: string): string =>
  path.startsWith("/opt/") ? "layer" : path.startsWith("/var/lang/") ? "runtime" : "system";

/**
 * The groups that a process would load from the layer and from elsewhere.
 *
 * @param isImages true for a file of the layer that is the image's own copy, so that it fits
 */
export function splitGroups(objects: readonly LoadedElf[], isImages: (path: string) => boolean): readonly Split[] {
  return GROUPS.flatMap(([group, libraries]) => {
    const members = objects.map(({ path }) => path).filter((path) => libraries.test(posix.basename(path)));
    const sides = new Set(members.map((path) => (isImages(path) ? "system" : sideOf(path))));
    return sides.size > 1 && sides.has("layer") ? [{ group, paths: members }] : [];
  });
}
