import type { RootFs } from "./rootfs.ts";

const named = (names: string): RegExp => new RegExp(`^(usr/)?lib(64)?/(${names})(-[\\d.]+)?\\.so(\\.[\\d.]+)?$`);

/** What the glibc package itself installs, on Amazon Linux 2 and 2023; nss_db and nss_hesiod with it. */
const OWN = named(
  "ld|ld-linux[^/]*|libnss_(files|dns|compat|db|hesiod)|" +
    "lib(c|m|mvec|dl|rt|pthread|util|resolv|anl|cidn|thread_db|BrokenLocale|c_malloc_debug)",
);

/** Of the glibc package on Amazon Linux 2, which its images have; packages of their own since, which images lack. */
const SPLIT_OFF = named("libnsl|libnss_nis|libnss_nisplus");

/**
 * Whether a path in the container is one of glibc's own libraries, which work with exactly the loader they were built
 * with: the image's. They never are part of a layer, not even when a package brought a newer glibc.
 *
 * The libraries that were split off are, where the image lacks them: a library that needs libnsl.so.1 would not load
 * without. They are glibc's code, but reach into it by versioned symbols only, which the closure checks.
 */
export const isGlibc = (path: string, base: RootFs): boolean =>
  OWN.test(path) || (SPLIT_OFF.test(path) && base.find(`/${path}`) !== undefined);
