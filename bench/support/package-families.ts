/** A family of packages, as test/acceptance deploys it. */
export interface PackageFamily {
  readonly name: string;
  readonly packages: readonly string[];
  /** Whether it is one of those whose builds are timed: small and large, many files and few, with caches and without. */
  readonly timed: boolean;
}

const family = (name: string, packages: readonly string[], { timed = false } = {}): PackageFamily => ({
  name,
  packages,
  timed,
});

/** The main job's, and all of test/acceptance/families/template.yaml that stand on al2023. */
export const FAMILIES: readonly PackageFamily[] = [
  family("mariadb", ["mariadb-connector-c"]),
  family("libpq", ["libpq"]),
  family("git", ["git"], { timed: true }),
  family("fonts", ["fontconfig", "dejavu-sans-fonts", "librsvg2-tools"], { timed: true }),
  family("pixbuf", ["gdk-pixbuf2"]),
  family("ghostscript", ["ghostscript"]),
  family("graphviz", ["graphviz"], { timed: true }),
  family("odbc", ["unixODBC", "sqliteodbc"]),
  family("perl", ["json_xs"], { timed: true }),
  family("jq", ["jq"], { timed: true }),
  family("blas", ["dotproduct"]),
  family("caseconv", ["caseconv"]),
  family("almanac", ["almanac"]),
  family("tzdata", ["tzdata"], { timed: true }),
  family("terminfo", ["ncurses-term"]),
];
